# The certificate of `make run TLS=1`, by a CA of this instance that is made on the first run.
# Sourced.

tls_wanted() {
  case ${TLS:-0} in
    1) return 0 ;;
    0) return 1 ;;
    *) die "TLS=$TLS is neither 0 nor 1" ;;
  esac
}

prepare_tls() {
  TLS_FOLDER=$INSTANCE/etc/tls
  if ! tls_wanted; then return; fi
  mkdir -p "$TLS_FOLDER"
  chmod 755 "$TLS_FOLDER"
  [[ -f $TLS_FOLDER/ca.pem ]] || make_ca
  make_certificate
}

# The certificate is the last to appear: without it the CA is made anew.
make_ca() {
  say "making a CA of this instance"
  (
    umask 077
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -sha256 -days 3650 \
      -subj "/CN=Swapwire CA of $(hostname)" -addext basicConstraints=critical,CA:TRUE,pathlen:0 \
      -addext keyUsage=critical,keyCertSign -keyout "$TLS_FOLDER/ca.key" -out "$TLS_FOLDER/ca.new"
  ) 2>"$INSTANCE/log/tls.log" || die "openssl made no CA: $INSTANCE/log/tls.log"
  chmod 644 "$TLS_FOLDER/ca.new"
  mv "$TLS_FOLDER/ca.new" "$TLS_FOLDER/ca.pem"
}

# nginx' certificate, for 90 days. Made anew on every start.
make_certificate() {
  local file=$TLS_FOLDER/nginx host hosts names=()
  hosts=$(server_names) || exit
  for host in $hosts; do
    if [[ $host =~ ^[0-9.]+$|^\[.*\]$ ]]; then names+=("IP:$(tr -d '[]' <<<"$host")"); else names+=("DNS:$host"); fi
  done
  (
    umask 077
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -sha256 -subj "/CN=nginx" \
      -keyout "$file.key.new" -out "$file.csr"
    openssl x509 -req -in "$file.csr" -CA "$TLS_FOLDER/ca.pem" -CAkey "$TLS_FOLDER/ca.key" -sha256 -days 90 \
      -out "$file.pem.new" -extfile <(
        echo "subjectAltName=$(IFS=, && echo "${names[*]}")"
        echo "extendedKeyUsage=serverAuth"
        echo "basicConstraints=critical,CA:FALSE"
      )
  ) 2>"$INSTANCE/log/tls.log" || die "openssl made no certificate: $INSTANCE/log/tls.log"
  rm "$file.csr"
  chmod 644 "$file.pem.new"
  mv -f "$file.key.new" "$file.key"
  mv -f "$file.pem.new" "$file.pem"
}
