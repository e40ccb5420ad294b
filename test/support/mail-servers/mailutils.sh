# GNU Mailutils: imap4d and pop3d. Users are a virtual domain's, with an mbox each.
uid=$(id -u tsa-mail) gid=$(id -g tsa-mail)
mkdir -p /etc/virtual
for user in $TSA_USERS; do
  home=$TSA_DIRECTORY/mail/$user
  mkdir -p "$home"
  echo "$user:$(openssl passwd -1 "$TSA_PASSWORD"):$uid:$gid::$home:/bin/sh" >> /etc/virtual/mail.example
done
chown -R tsa-mail: "$TSA_DIRECTORY/mail"
for program in imap4d pop3d; do
  port=$TSA_IMAP_PORT
  [ $program = imap4d ] || port=$TSA_POP3_PORT
  cat > /etc/$program.conf << END
auth { authentication generic; authorization virtdomain; };
virtdomain { passwd-dir /etc/virtual; };
mailbox { mailbox-pattern "$TSA_DIRECTORY/mail/\${user}/INBOX"; };
logging { syslog no; };
server 127.0.0.1:$port { single-process no; };
END
  $program --no-site-config --config-file=/etc/$program.conf --foreground --daemon &
done
wait
