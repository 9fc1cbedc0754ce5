# What the app is told about its surroundings (/config.json), and the hosts that its page may reach (its Content
# Security Policy). Both come from the same environment variables, see deploy/README.md.
# Sourced.

# Sets what deploy/settings/web.json and deploy/nginx/page.conf ask for.
choose_web_settings() {
  local authority=${SWAPWIRE_WEB_OIDC_AUTHORITY:-} style=${SWAPWIRE_WEB_TILES_STYLE:-}
  WEB_OIDC=null WEB_TILES=null WEB_GRAFANA_URL=null WEB_DEMO=false
  IMAGE_ORIGINS='' CONNECT_ORIGINS='' FRAME_SOURCES=''
  if [[ -n $authority ]]; then
    choose_oidc "$authority"
    CONNECT_ORIGINS+=" $(origin_of "$authority")"
    # A token is renewed in a hidden frame.
    FRAME_SOURCES="frame-src $(origin_of "$authority"); "
  fi
  if [[ -n $style ]]; then
    refuse_bad_url SWAPWIRE_WEB_TILES_STYLE "$style"
    WEB_TILES="{\"style\": \"$style\"}"
    CONNECT_ORIGINS+=" $(origin_of "$style")"
    IMAGE_ORIGINS+=" $(origin_of "$style")"
  fi
  add_further_origins
  if [[ -n ${SWAPWIRE_GRAFANA_URL:-} ]]; then
    refuse_bad_url SWAPWIRE_GRAFANA_URL "$SWAPWIRE_GRAFANA_URL"
    WEB_GRAFANA_URL="\"$SWAPWIRE_GRAFANA_URL\""
  fi
  if demo_identities_wanted; then WEB_DEMO=true; fi
}

choose_oidc() {
  local client=${SWAPWIRE_WEB_OIDC_CLIENT_ID:-} scope=${SWAPWIRE_WEB_OIDC_SCOPE:-openid}
  refuse_bad_url SWAPWIRE_WEB_OIDC_AUTHORITY "$1"
  [[ $client =~ ^[A-Za-z0-9._~:/-]+$ ]] ||
    die "SWAPWIRE_WEB_OIDC_CLIENT_ID='$client' is not the id of a client: letters, digits and . _ ~ : / -"
  [[ " $scope " =~ ^(\ [A-Za-z0-9._~:/-]+)+\ $ && " $scope " == *" openid "* ]] ||
    die "SWAPWIRE_WEB_OIDC_SCOPE='$scope' is not a list of scopes with openid among them"
  WEB_OIDC="{\"authority\": \"$1\", \"client_id\": \"$client\", \"scope\": \"$scope\"}"
}

# A style names tiles and glyphs on other hosts, an identity provider endpoints.
add_further_origins() {
  local origin
  for origin in ${SWAPWIRE_WEB_ORIGINS:-}; do
    refuse_bad_url SWAPWIRE_WEB_ORIGINS "$origin"
    [[ $origin == "$(origin_of "$origin")" ]] ||
      die "SWAPWIRE_WEB_ORIGINS: $origin has a path; an origin is $(origin_of "$origin")"
    CONNECT_ORIGINS+=" $origin"
    IMAGE_ORIGINS+=" $origin"
  done
}

# Only what needs no escaping in JSON, a header or nginx' settings; https, but for this machine.
refuse_bad_url() {
  local host='[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?' port='(:[0-9]{1,5})?' path='(/[A-Za-z0-9._~/?=&%+,:{}-]*)?'
  [[ $2 =~ ^https://$host$port$path$ || $2 =~ ^http://(localhost|127\.0\.0\.1)$port$path$ ]] ||
    die "$1='$2' is not an https address (http is for localhost and 127.0.0.1)"
}

origin_of() { [[ $1 =~ ^https?://[^/]+ ]] && echo "${BASH_REMATCH[0]}"; }

# `make run` and the tests want them unless told otherwise; whatever else renders these settings must ask for them.
demo_identities_wanted() {
  case ${SWAPWIRE_DEMO_IDENTITIES:-no} in
    yes) return 0 ;;
    no) return 1 ;;
    *) die "SWAPWIRE_DEMO_IDENTITIES=$SWAPWIRE_DEMO_IDENTITIES is neither yes nor no" ;;
  esac
}
