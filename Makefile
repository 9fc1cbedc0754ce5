# The commands of the project. Each is a script: those in deploy/bootstrap start the system, those in deploy/checks test
# and measure it. Settings are environment variables, see deploy/README.md.
.DEFAULT_GOAL := help
.PHONY: help cluster cluster-test cluster-stop run demo test test-up test-down api-test chaos bench conformance attack backup restore backup-test sbom deb deb-test lint stop clean

BOOTSTRAP := bash deploy/bootstrap
CHECKS := bash deploy/checks

help: ## Say what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-11s %s\n", $$1, $$2 }'

run: ## Install what is missing, build, start everything in the foreground (Ctrl-C stops it; OBSERVE=1 adds Prometheus)
	@$(BOOTSTRAP)/run.sh

demo: ## The same, with simulated riders and operators at work
	@$(BOOTSTRAP)/run.sh demo

stop: ## Stop a run from another terminal; its data stays
	@$(BOOTSTRAP)/run.sh stop

cluster: ## What three machines would run, on this one (needs root; Ctrl-C stops it): docs/cluster.md
	@bash deploy/cluster/cluster.sh

cluster-test: ## Lose each part of a new cluster, one after the other, while riders book; the table: target/cluster.md
	@bash deploy/cluster/cluster.sh test

cluster-stop: ## Stop a cluster from another terminal; its data stays
	@bash deploy/cluster/cluster.sh stop

test: ## All checks and tests, on a throw-away instance of their own (TESTS="-p gateway" runs only those)
	@$(CHECKS)/test.sh

test-up: ## Leave an instance for development running; .run/test.env says where everything is
	@$(CHECKS)/development.sh up

test-down: ## Stop and remove that instance
	@$(CHECKS)/development.sh down

chaos: ## Ten minutes of faults under load (CHAOS_SEED, CHAOS_MINUTES); the table is in target/chaos.md
	@$(CHECKS)/chaos.sh

conformance: ## The Autobahn cases against the gateway's WebSocket (needs python3-venv)
	@$(CHECKS)/conformance.sh

api-test: ## Generated requests against everything in the API documents (needs python3-venv)
	@$(CHECKS)/test.sh api

bench: ## The gateway beside the floor and Bun (PEERS=all: five more), bookings beside the bare statement
	@$(CHECKS)/bench.sh

attack: ## Every attack that SECURITY.md lists, on a throw-away instance, and the checks of the dependencies
	@$(CHECKS)/test.sh attack

backup: ## A base backup of a running instance, which archives its WAL (make run BACKUP=1)
	@bash deploy/postgres/backup.sh make

restore: ## Take a running instance back: TO='2026-11-25 10:15:00+00', or TO=latest
	@bash deploy/postgres/backup.sh restore "$(TO)"

backup-test: ## Back up, destroy and restore a throw-away instance to a point in time, under connected clients
	@$(CHECKS)/test.sh backup

sbom: ## Bills of materials of the crates and npm packages, in target/sbom (needs cargo-cyclonedx)
	@$(CHECKS)/supply.sh sbom

deb: ## Debian packages of the services and swapctl, in target/debian
	@bash deploy/debian/build.sh

deb-test: ## Install, upgrade, remove and purge these packages in a Debian root, and run them (needs root)
	@$(CHECKS)/deb-test.sh

lint: ## Formatting, clippy, docs, the web's style and types, borders between the crates
	@$(CHECKS)/lint.sh

clean: ## Remove the builds and the test logs; instances and their data stay
	cargo clean
	rm -rf web/app/dist
