/* ctl_where.c - secrets come from files or are typed unseen, never from the command line, which everybody may read. */
#include "ctl/ctl_where.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define SOCKET_DEFAULT "/run/minipingd/control.sock"

/* The first line of f. 0 or -errno. */
static int read_line(FILE *f, char *out, size_t room)
{
	errno = 0;
	if (!fgets(out, (int)room, f))
		return ferror(f) ? -(errno ? errno : EIO) : -ENODATA;
	if (!strchr(out, '\n') && !feof(f))
		return -EMSGSIZE;
	out[strcspn(out, "\r\n")] = '\0';
	return *out ? 0 : -ENODATA;
}

static enum ctl_exit read_secret(const char *path, char *out)
{
	FILE *f = fopen(path, "re");
	int err = f ? read_line(f, out, CTL_SECRET_LEN) : -errno;

	if (f)
		(void)fclose(f);
	if (err == -ENODATA)
		return ctl_complain(CTL_EXIT_ARGUMENTS, "%.200s: expected the secret in its first line", path);
	if (err)
		return ctl_complain(CTL_EXIT_ARGUMENTS, "%.200s: %s", path, strerror(-err));
	return CTL_EXIT_DONE;
}

static enum ctl_exit type_password(const char *user, char *out)
{
	struct termios before, silent;
	int err;

	if (tcgetattr(STDIN_FILENO, &before))
		return ctl_complain(CTL_EXIT_ARGUMENTS,
		                    "--user %.100s: expected --password-file, as there is no terminal to ask", user);
	silent = before;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	fprintf(stderr, "password of %s: ", user);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
	err = read_line(stdin, out, CTL_SECRET_LEN);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	fputs("\n", stderr);
	return err ? ctl_complain(CTL_EXIT_ARGUMENTS, "no password") : CTL_EXIT_DONE;
}

static enum ctl_exit set_socket(struct ctl_where *w, const struct ctl_options *o)
{
	int len;

	if (o->url)
		return CTL_EXIT_DONE;
	if (o->socket)
		len = snprintf(w->socket, sizeof(w->socket), "%s", o->socket);
	else if (o->name)
		len = snprintf(w->socket, sizeof(w->socket), "/run/minipingd-%s/control.sock", o->name);
	else
		len = snprintf(w->socket, sizeof(w->socket), "%s", SOCKET_DEFAULT);
	if ((size_t)len > 107) /* sun_path, unix(7) */
		return ctl_complain(CTL_EXIT_ARGUMENTS, "%.200s: expected a path of at most 107 bytes",
		                    o->socket ? o->socket : o->name);
	w->http.socket = w->socket;
	return CTL_EXIT_DONE;
}

enum ctl_exit ctl_where(struct ctl_where *out, const struct ctl_options *o)
{
	enum ctl_exit code;

	*out = (struct ctl_where){
		.http = { .url = o->url, .user = o->user, .cacert = o->cacert, .timeout_ns = o->timeout_ns }
	};
	code = set_socket(out, o);
	if (!code && o->token_file) {
		code = read_secret(o->token_file, out->token);
		out->http.token = out->token;
	}
	if (!code && o->user) {
		code = o->password_file ? read_secret(o->password_file, out->password)
		                        : type_password(o->user, out->password);
		out->http.password = out->password;
	}
	return code;
}
