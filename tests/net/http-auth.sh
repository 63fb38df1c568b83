#!/bin/bash
# TLS, clients' certificates, users and tokens of http.listen: who gets in, by curl; that a renewed certificate is taken
# and a broken one is not; and that promtool and minipingd agree on web configuration files, but for what minipingd does
# not serve.
. "${0%/*}/lib.sh"

for program in curl openssl htpasswd promtool; do
	command -v $program >/dev/null || skip "needs $program"
done
web=$work/web.yml
url=https://127.0.0.1:9737

# certificate NAME SUBJECT CA EXTENSIONS - $work/NAME.pem and .key, signed by CA, or by itself
certificate() {
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/$1.key" -out "$work/$1.csr" \
		-subj "$2" 2>/dev/null &&
		printf '%s\n' "$4" >"$work/$1.ext" &&
		if [ "$3" = "$1" ]; then
			openssl x509 -req -in "$work/$1.csr" -signkey "$work/$1.key" -days 2 -extfile "$work/$1.ext" -out "$work/$1.pem" 2>/dev/null
		else
			openssl x509 -req -in "$work/$1.csr" -CA "$work/$3.pem" -CAkey "$work/$3.key" -CAcreateserial -days 2 \
				-extfile "$work/$1.ext" -out "$work/$1.pem" 2>/dev/null
		fi || die "openssl makes no certificate $1"
}

# get [CURL OPTIONS] - the status of /-/healthy; 000: none
get() {
	curl -s -m 10 --cacert "$work/server.pem" -o "$work/answer" -D "$work/headers" -w '%{http_code}' "$@" $url/-/healthy
}

# web MORE - the file of the daemon, written at once
web() {
	cat >"$web.new" <<-END
		tls_server_config:
		  cert_file: server.pem
		  key_file: server.key
		$1
		http_server_config: {http2: false, headers: {X-Frame-Options: sameorigin}}
		basic_auth_users:
		  alice: $alice
		  bob: $bob
	END
	mv "$web.new" "$web"
}

reloads() {
	n_logged "select(.event == \"reload\" and .ok == $1)"
}

# reloaded OK COMMAND... - it changes a file, after which there is a reload by itself
reloaded() {
	local ok=$1 before
	shift
	before=$(reloads "$ok")
	"$@"
	wait_for 10 [ "$before" -lt "$(reloads "$ok")" ] || wait_for 10 more_reloads "$ok" "$before" || fail "no reload after: $*"
}

more_reloads() {
	[ "$(reloads "$1")" -gt "$2" ]
}

certificate server /CN=localhost server 'subjectAltName=IP:127.0.0.1'
certificate ca /CN=clients ca 'basicConstraints=critical,CA:true'
certificate client /CN=prometheus ca 'extendedKeyUsage=clientAuth'
certificate peer /CN=other ca 'extendedKeyUsage=serverAuth'
certificate foreign /CN=foreign foreign 'extendedKeyUsage=clientAuth'
alice=$(htpasswd -nbB -C 4 alice wonder | cut -d: -f2)
bob=$(htpasswd -nbB -C 10 bob 'pa:ss wört' | cut -d: -f2)
mkdir "$work/credentials"
echo t0ken-of-$$ >"$work/credentials/token"
export CREDENTIALS_DIRECTORY=$work/credentials
web ''
start_minipingd "log: {to: $log, format: json}
http: {listen: \"127.0.0.1:9737\", web_config: web.yml, token: \"credential:token\", allow_control: true}
targets: [127.0.0.1]"

# --- users and tokens ---
equal "without a password" 401 "$(get)"
check "the ways to get in are named" grep -qi '^www-authenticate:.*basic.*bearer' "$work/headers"
equal "a user" 200 "$(get -u alice:wonder)"
equal "the header of the file, and it alone" "X-Frame-Options: sameorigin" "$(grep -i '^x-frame-options' "$work/headers" | tr -d '\r')"
equal "a password with a colon and an umlaut" 200 "$(get -u 'bob:pa:ss wört')"
equal "a wrong password" 401 "$(get -u alice:wunder)"
equal "another's password" 401 "$(get -u bob:wonder)"
equal "nobody" 401 "$(get -u eve:wonder)"
equal "a token" 200 "$(get -H "Authorization: Bearer t0ken-of-$$")"
equal "a wrong token" 401 "$(get -H "Authorization: Bearer t0ken-of-$$-")"
equal "another scheme" 401 "$(get -H 'Authorization: Digest username="alice"')"
for path in /metrics /api/v1/targets /api/v1/events; do
	equal "$path without a password" 401 "$(curl -sk -m 10 -o /dev/null -w '%{http_code}' $url$path)"
done
equal "plain HTTP" 000 "$(curl -s -m 10 -o /dev/null -w '%{http_code}' http://127.0.0.1:9737/-/healthy)"

# --- control, here with a password ---
post() {
	curl -sk -m 10 -o "$work/answer" -w '%{http_code}' -X POST -d '{}' "$@" $url/api/v1/control/diff
}
equal "control without a password" 401 "$(post)"
equal "control with one" 200 "$(post -u alice:wonder)"
token=$(curl -sk -u alice:wonder $url/api/v1/config | jq -r .control_token)
equal "a page's token" 32 "${#token}"
page=(-u alice:wonder -H "Origin: $url")
equal "control by a page without the token" 403 "$(post "${page[@]}")"
equal "control by a page with another token" 403 "$(post "${page[@]}" -H "X-Control-Token: ${token%?}-")"
equal "control by a page with the token" 200 "$(post "${page[@]}" -H "X-Control-Token: $token")"
for origin in https://127.0.0.1 http://127.0.0.1:9737 https://attacker.invalid null; do
	equal "control by a page of $origin" 403 "$(post -u alice:wonder -H "Origin: $origin" -H "X-Control-Token: $token")"
done
wait_for 5 logged 'select(.event == "control" and .action == "diff" and .status == 200 and .uid == null)' || fail "control is not logged"

# --- guessing is bounded, and keeps out nobody who is known; many guesses a connection, so that there are enough of them
# on a machine that is busy ---
seq 10 | xargs -P 10 -I '{}' curl -sk -m 60 -o /dev/null -w '%{http_code}\n' -u 'bob:guess{}' "$url/-/healthy?[1-60]" >"$work/guesses" &
guessing=$!
for i in {1..5}; do
	equal "a user while somebody guesses" 200 "$(get -m 60 -u alice:wonder)"
done
wait $guessing
equal "answers to guesses" "401 429" "$(sort -u "$work/guesses" | xargs)"

# --- versions, and certificates of clients ---
equal "TLS 1.2" 200 "$(get -u alice:wonder --tls-max 1.2)"
reloaded true web '  min_version: TLS13'
equal "TLS 1.2 below min_version" 000 "$(get -u alice:wonder --tls-max 1.2)"
equal "TLS 1.3" 200 "$(get -u alice:wonder --tlsv1.3)"
reloaded true web '  client_ca_file: ca.pem
  client_auth_type: RequireAndVerifyClientCert'
for version in 1.2 1.3; do
	get_certified() {
		get -u alice:wonder --tlsv$version --tls-max $version "$@"
	}
	equal "TLS $version without a certificate" 000 "$(get_certified)"
	equal "TLS $version with a stranger's" 000 "$(get_certified --cert "$work/foreign.pem" --key "$work/foreign.key")"
	equal "TLS $version with a server's" 000 "$(get_certified --cert "$work/peer.pem" --key "$work/peer.key")"
	equal "TLS $version with a client's" 200 "$(get_certified --cert "$work/client.pem" --key "$work/client.key")"
done
equal "a client's certificate, but no password" 401 "$(get --cert "$work/client.pem" --key "$work/client.key")"
reloaded true web ''

# --- a certificate is renewed, and one is broken ---
serial() {
	openssl s_client -connect 127.0.0.1:9737 </dev/null 2>/dev/null | openssl x509 -noout -serial
}
renew() {
	certificate next /CN=localhost next 'subjectAltName=IP:127.0.0.1'
	mv "$work/next.key" "$work/server.key" && mv "$work/next.pem" "$work/server.pem"
}
renewed() {
	[ "$(serial)" != "$was" ]
}
was=$(serial)
renew
wait_for 10 renewed || fail "the renewed certificate is not used"
equal "a user after the renewal" 200 "$(get -u alice:wonder)"
was=$(serial)
reloaded false cp "$work/foreign.key" "$work/server.key"
check "the place of the error" logged 'select(.event == "reload" and .ok == false and (.error | test("web.yml:2:3: .*do not match")))'
check "a broken certificate is used" [ "$(serial)" = "$was" ]
equal "a user after that" 200 "$(get -u alice:wonder)"
stop_minipingd

# --- as promtool sees it ---
certificate server /CN=localhost server 'subjectAltName=IP:127.0.0.1'
printf 'targets: [127.0.0.1]\nhttp: {web_config: judged.yml}\n' >"$work/judging.yaml"

# judged BOTH|OURS WHAT TEXT - "good" or "bad" for both, or good for promtool and bad for us
judged() {
	local verdict=$1 what=$2 ours=good theirs=good

	printf '%s\n' "$3" >"$work/judged.yml"
	"$minipingd" --check -c "$work/judging.yaml" >"$work/judged.out" 2>&1 || ours=bad
	promtool check web-config "$work/judged.yml" >/dev/null 2>&1 || theirs=bad
	case $verdict in
	ours) equal "promtool: $what" good $theirs; equal "minipingd: $what" bad $ours ;;
	*) equal "promtool: $what" "$verdict" $theirs; equal "minipingd: $what" "$verdict" $ours ;;
	esac
	[ $ours = good ] || check "minipingd: $what: no place: $(cat "$work/judged.out")" grep -q "^$work/judged.yml:[0-9]*:[0-9]*: " "$work/judged.out"
}
tls="tls_server_config:
  cert_file: server.pem
  key_file: server.key"
judged good "nothing" "basic_auth_users: {}"
judged good "TLS" "$tls"
judged good "all of TLS that is served" "$tls
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.pem
  min_version: TLS12
  max_version: TLS13"
judged good "users and headers" "basic_auth_users: {alice: $alice}
http_server_config: {http2: false, headers: {X-Content-Type-Options: nosniff, Strict-Transport-Security: max-age=60}}"
judged bad "a key of another certificate" "tls_server_config: {cert_file: server.pem, key_file: foreign.key}"
judged bad "no key" "tls_server_config: {cert_file: server.pem}"
judged bad "no such file" "tls_server_config: {cert_file: none.pem, key_file: server.key}"
judged bad "a file that is no certificate" "tls_server_config: {cert_file: judged.yml, key_file: server.key}"
judged bad "an authority nobody is asked for" "$tls
  client_ca_file: ca.pem"
judged ours "an authority that is none" "$tls
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: server.key"
judged bad "an unknown key" "tls_server: {}"
judged bad "an unknown version" "$tls
  min_version: TLS14"
judged bad "a password that is no hash" "basic_auth_users: {alice: wonder}"
judged bad "a header that may not be set" "http_server_config: {headers: {Server: x}}"
judged bad "a header's wrong value" "http_server_config: {headers: {X-Frame-Options: allow}}"
judged bad "a list" "- x"
judged ours "HTTP/2" "http_server_config: {http2: true}"
judged ours "a version that is over" "$tls
  min_version: TLS10"
judged ours "ciphers" "$tls
  cipher_suites: [TLS_AES_128_GCM_SHA256]"
judged ours "certificates that are asked for and not looked at" "$tls
  client_auth_type: RequestClientCert"
