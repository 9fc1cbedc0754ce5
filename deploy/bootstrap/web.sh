# The app that nginx serves: a Node that can build it, the packages it is made of, the build, and where nginx finds it.
# Sourced.

web=$repository/web
web_build=$web/app/dist
private_node=$repository/target/node

# Debian 12's Node is too old for the build, but its npm can install a newer one, which is kept in target/node. A Node
# of the machine that is new enough is used as it is.
require_node() {
  if node_is_new_enough; then return; fi
  local programs=$private_node/node_modules/.bin
  if [[ ! -x $programs/node ]]; then
    has npm || die "Node $(needed_node) or newer is missing, and npm, which installs it: apt-get install nodejs npm"
    say "installing Node 22 into target/node"
    # npm comes along: Debian's works with Debian's Node only.
    run_long_command npm install --loglevel error --no-audit --no-fund --prefix "$private_node.new" node@22 npm@10 ||
      die "Node could not be installed. With a Node $(needed_node) or newer in PATH this is not needed"
    rm -rf "$private_node"
    mv "$private_node.new" "$private_node"
  fi
  PATH=$programs:$PATH
  node_is_new_enough || die "$programs/node is not Node $(needed_node) or newer. Remove $private_node and try again"
}

needed_node() { sed -n 's/^ *"node": ">=\([0-9.]*\)".*/\1/p' "$web/package.json"; }

node_is_new_enough() {
  local version
  has node && has npm && version=$(node --version) || return
  [[ $(printf '%s\n' "$(needed_node)" "${version#v}" | sort -V | head -n 1) == "$(needed_node)" ]]
}

# The packages as the lockfile has them. npm leaves a lockfile of its own when it has installed them.
install_web_packages() {
  require_node
  if [[ $web/node_modules/.package-lock.json -nt $web/package-lock.json ]]; then return; fi
  say "installing the web's packages"
  run_long_command npm --prefix "$web" ci --loglevel error --include=dev || die "npm ci failed in $web"
}

# Nothing to do when what is built came from the same sources.
build_web() {
  local sources built_from=$web_build/.built-from log=$repository/target/web-build.log
  require_node
  sources=$(web_sources)
  if [[ -f $web_build/index.html && $(cat "$built_from" 2>/dev/null) == "$sources" ]]; then return; fi
  install_web_packages
  mkdir -p "${log%/*}"
  say "building the app"
  run_long_command npm --prefix "$web" run --silent build >"$log" 2>&1 || {
    tail -n 40 "$log" >&2
    die "the build of the app failed. All that it said: $log"
  }
  echo "$sources" >"$built_from"
}

# One checksum of everything in web/ that a build can read. A test or a text is none of it.
web_sources() {
  (cd "$web" && find . \( -name node_modules -o -name 'dist*' -o -name tests -o -name '*.md' \) -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1)
}

# nginx serves the build where it lies, so that the next one shows at once; a copy when that is a folder which is
# closed to nginx' workers (root's home).
publish_web() {
  local root=$INSTANCE/nginx/web
  rm -rf "$root"
  if [[ -f $web_build/index.html ]] && ! as_user "$NGINX_USER" test -r "$web_build/index.html"; then
    cp -r "$web_build" "$root"
    chmod -R u=rwX,go=rX "$root"
  else
    ln -s "$web_build" "$root"
  fi
}
