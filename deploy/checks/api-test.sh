#!/usr/bin/env bash
# The API documents, and what the system makes of them (`make api-test`): two validators of OpenAPI and the parser of
# AsyncAPI find nothing wrong; then come generated requests against everything that the documents describe, through
# nginx, as each role and as nobody. No answer may be a 5xx, have a status, content type or shape that the document does
# not know, or accept what it refuses. Called by test.sh on a throw-away instance.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
own=$PWD/deploy/checks
documents=$PWD/web/docs
openapi=$documents/openapi.json
folder=$PWD/target/api-test
mkdir -p "$folder"
# The runner keeps what it learned in folders of its own wherever it is started.
cd "$folder"

[[ -x $folder/venv/bin/schemathesis && -x $folder/venv/bin/openapi-spec-validator ]] || {
  python3 -m venv "$folder/venv"
  "$folder/venv/bin/pip" install --quiet 'schemathesis==4.*' 'openapi-spec-validator==0.*'
}
[[ -x $folder/node_modules/.bin/redocly && -d $folder/node_modules/@asyncapi/parser ]] ||
  npm install --prefix "$folder" --no-save --no-audit --no-fund --loglevel error @redocly/cli@2 @asyncapi/parser@3

echo "==> documents"
"$folder/venv/bin/openapi-spec-validator" "$openapi"
# The tool would send statistics and look for a newer version of itself.
REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
  "$folder/node_modules/.bin/redocly" lint --config "$own/redocly.yaml" --format=stylish "$openapi"
node "$own/asyncapi.mjs" "$documents/asyncapi.json"

checks=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance
checks+=,response_headers_conformance,negative_data_rejection,ignored_auth,unsupported_method,allow_header_conformance

# Deterministic: the same requests each time, so that a failure is a change of ours.
generated() {
  "$folder/venv/bin/schemathesis" run "$openapi" --url "$SWAPWIRE_TEST_BASE_URL" --checks "$checks" \
    --phases examples,coverage,fuzzing,stateful --max-examples 40 --generation-deterministic --continue-on-failure \
    --suppress-health-check all --warnings off "$@"
}

# Something to find, to book and to change.
"$SWAPWIRE_TEST_SWAPCTL" seed --stations 4 --batteries 6 >/dev/null
for role in rider operator admin; do
  echo "==> api-test as $role"
  token=$("$SWAPWIRE_TEST_SWAPCTL" token --user 7 --role "$role")
  generated --header "Authorization: Bearer $token"
done
echo "==> api-test as nobody"
generated
