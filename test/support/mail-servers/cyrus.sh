# Cyrus IMAP: imapd, pop3d and lmtpd under its master. Users are sasldb's; an inbox is made with its first mail.
d=$TSA_DIRECTORY/cyrus
id cyrus > /dev/null 2>&1 || useradd --system --no-create-home --gid mail cyrus
mkdir -p "$d/config" "$d/spool"
for user in $TSA_USERS; do printf %s "$TSA_PASSWORD" | saslpasswd2 -p -c -f "$d/sasldb2" -u localhost "$user"; done
cat > /etc/imapd.conf << END
configdirectory: $d/config
partition-default: $d/spool
defaultpartition: default
servername: localhost
admins: admin
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: $d/sasldb2
sasl_mech_list: PLAIN
allowplaintext: yes
unixhierarchysep: yes
altnamespace: yes
autocreate_quota: 0
autocreate_post: yes
duplicatesuppression: no
END
cat > /etc/cyrus.conf << END
START {
  recover cmd="/usr/sbin/cyrus ctl_cyrusdb -r"
}
SERVICES {
  imap cmd="imapd -U 30" listen="127.0.0.1:$TSA_IMAP_PORT" prefork=0
  pop3 cmd="pop3d -U 30" listen="127.0.0.1:$TSA_POP3_PORT" prefork=0
  lmtp cmd="lmtpd -a" listen="127.0.0.1:$TSA_LMTP_PORT" prefork=0
}
END
mkdir -p /run/cyrus/socket /run/cyrus/lock /run/cyrus/proc
chown -R cyrus:mail "$d" /run/cyrus
# Not in place of this shell: as another user it would outlive who started it.
/usr/lib/cyrus/bin/master -D -M /etc/cyrus.conf -C /etc/imapd.conf &
wait
