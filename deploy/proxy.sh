#!/bin/sh
# Starts nginx with nginx.conf and what differs from place to place, from the environment:
#   REPLICAS  the site's replicas, as "10.0.0.1:8001 10.0.0.2:8001"
#   TRUSTED   load balancers before this proxy, whose X-Forwarded-For is believed: addresses or networks; none if empty
#   LISTEN    address and port for HTTP, 8080
#   TLS       a folder with tls.crt and tls.key: HTTPS with HTTP/2 on port TLS_LISTEN, 8443; LISTEN leads there then
#   STATE     the folder for cache and temporary files; CONF the one for configuration, emptied at each start
# Arguments go to nginx.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
state=${STATE:-/var/cache/phenomena} conf=${CONF:-/run/phenomena} listen=${LISTEN:-8080}
mkdir -p "$state/cache" "$conf"
cp "$here/nginx.conf" "$conf/nginx.conf"
for one in $REPLICAS; do echo "server $one max_fails=1 fail_timeout=2s;"; done > "$conf/replicas.conf"
for one in ${TRUSTED:-}; do echo "set_real_ip_from $one;"; done > "$conf/trusted.conf"
if [ -n "${TLS:-}" ]; then
    cat > "$conf/listen.conf" <<END
listen ${TLS_LISTEN:-8443} ssl http2;
ssl_certificate "$TLS/tls.crt";
ssl_certificate_key "$TLS/tls.key";
ssl_protocols TLSv1.2 TLSv1.3;
ssl_session_cache shared:tls:2m;
add_header Strict-Transport-Security max-age=31536000 always;
END
    echo "server { listen $listen; return 308 https://\$host\$request_uri; }" > "$conf/plain.conf"
else
    echo "listen $listen;" > "$conf/listen.conf"
    rm -f "$conf/plain.conf"
fi
exec nginx -p "$state" -c "$conf/nginx.conf" "$@"
