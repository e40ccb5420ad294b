export interface DovecotConfOptions {
  readonly directory: string;
  readonly log: string;
  /** Unix user that every process runs as. */
  readonly user: string;
  readonly password: string;
  readonly imapPort: number;
  readonly imapsPort: number;
  readonly pop3Port: number;
  readonly pop3sPort: number;
  readonly settings: string;
}

/** Configuration of a Dovecot 2.3 that needs no root: one unix user, nothing chrooted, loopback only. */
export const dovecotConf = (options: DovecotConfOptions): string => `
base_dir = ${options.directory}/run
state_dir = ${options.directory}/state
log_path = ${options.log}
protocols = imap pop3
listen = 127.0.0.1

default_internal_user = ${options.user}
default_internal_group = ${options.user}
default_login_user = ${options.user}
mail_uid = ${options.user}
mail_gid = ${options.user}
first_valid_uid = 1
first_valid_gid = 1

ssl = yes
ssl_cert = <${options.directory}/server.pem
ssl_key = <${options.directory}/server.key
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_max_userip_connections = 100

mail_home = ${options.directory}/mail/%u
mail_location = maildir:~/Maildir
namespace inbox {
  inbox = yes
  separator = /
}

passdb {
  driver = static
  args = password=${options.password}
}
userdb {
  driver = static
  args = uid=${options.user} gid=${options.user} home=${options.directory}/mail/%u allow_all_users=yes
}

service anvil {
  chroot =
  # No growing delay after failed logins: tests log in wrongly on purpose.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${options.imapPort}
  }
  inet_listener imaps {
    port = ${options.imapsPort}
    ssl = yes
  }
}
service pop3-login {
  chroot =
  inet_listener pop3 {
    port = ${options.pop3Port}
  }
  inet_listener pop3s {
    port = ${options.pop3sPort}
    ssl = yes
  }
}
service stats {
  chroot =
}
${options.settings}
`;
