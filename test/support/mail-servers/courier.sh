# Courier: imapd and pop3d under couriertcpd. Users are authuserdb's, with a Maildir each.
uid=$(id -u tsa-mail) gid=$(id -g tsa-mail)
mkdir -p /run/courier/authdaemon /var/lib/courier "$TSA_DIRECTORY/mail"
cat > /etc/courier/authdaemonrc << END
authmodulelist="authuserdb"
authmodulelistorig="authuserdb"
daemons=2
authdaemonvar=/run/courier/authdaemon
END
for user in $TSA_USERS; do
  home=$TSA_DIRECTORY/mail/$user
  mkdir -p "$home/Maildir/tmp" "$home/Maildir/new" "$home/Maildir/cur"
  printf '%s\thome=%s|mail=%s|uid=%s|gid=%s|systempw=%s\n' \
    "$user" "$home" "$home/Maildir" "$uid" "$gid" "$(openssl passwd -1 "$TSA_PASSWORD")" >> /etc/courier/userdb
done
chown -R tsa-mail: "$TSA_DIRECTORY/mail"
chmod 600 /etc/courier/userdb
makeuserdb
authdaemond start &
while [ ! -S /run/courier/authdaemon/socket ]; do sleep 0.1; done
tcpd="couriertcpd -address=127.0.0.1 -maxprocs=40 -maxperip=40 -nodnslookup -noidentlookup"
(
  set -a
  . /etc/courier/imapd
  IMAP_STARTTLS=NO
  exec $tcpd "$TSA_IMAP_PORT" /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir
) &
(
  set -a
  . /etc/courier/pop3d
  exec $tcpd "$TSA_POP3_PORT" /usr/lib/courier/courier/courierpop3login /usr/lib/courier/courier/courierpop3d Maildir
) &
wait
