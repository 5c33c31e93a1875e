PREFIX   ?= /usr/local
FUZZTIME ?= 100000x

# For make mutants. Without PACKAGES, it tests the packages that decide what is published.
N        ?= 40
SEED     ?= 1
PACKAGES ?=

# For make soak: how long the second part lasts, 2m or more.
SOAK     ?= 60m

PROCESSORS = armv6 arm64 386 amd64 riscv64
ARMV6MAX   = 12000000# bytes: a Raspberry Pi Zero runs other programs, too

DEBS = amd64 arm64 armhf riscv64

# A fixed version: a new release must not fail an old commit.
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

# Without git, as in a tarball of git archive, the file VERSION has these facts.
archived   = $(shell sed -n 's/^$(1)=\([^$$].*\)/\1/p' VERSION)
version   := $(or $(shell git describe --tags --always --dirty 2>/dev/null),$(call archived,describe),$(call archived,commit),unknown)
# Of the commit and not of the build: a second build of a commit gives the same bytes.
buildDate := $(or $(shell TZ=UTC git log -1 --date=format-local:%Y-%m-%d --format=%cd 2>/dev/null),$(call archived,date))
# A tag v1.2.3 makes 1.2.3, and 1.2.3+4.gabcdef four commits later; without a tag, the time gives the order.
tagged    := $(or $(shell git describe --tags --match 'v[0-9]*' 2>/dev/null),$(call archived,describe))
untagged   = $(or $(shell TZ=UTC git log -1 --date=format-local:%Y%m%d.%H%M%S --format=0~%cd.%h 2>/dev/null),0~$(subst -,,$(call archived,date)).$(call archived,commit))
debVersion := $(or $(subst -,+,$(patsubst v%,%,$(tagged))),$(untagged))$(if $(findstring dirty,$(version)),+dirty)
# Without HTTP/2, which browsers use only with TLS: it takes 0.2 MB of memory at the start.
GOBUILD    = CGO_ENABLED=0 go build -trimpath -tags nethttpomithttp2 -ldflags '-s -w -X main.version=$(version) -X main.buildDate=$(buildDate)'

.PHONY: help build test lab demo try-page bench bench-htntp bench-peers bench-report cross deb try-deb try-readme try-source lint fuzz mutants soak install uninstall

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

build: ## build bin/refclock
	$(GOBUILD) -o bin/refclock ./cmd/refclock

test: ## run every test that this machine can run, and report the others with the reason
	@go run ./scripts/test

lab: lab-arm64 ## run the tests that need devices in a virtual machine; also lab-arm, lab-armhf, lab-amd64, lab-386

lab-%: FORCE
	@go run ./scripts/test $*

demo: build ## show what refclock does, without a receiver or a time daemon
	bin/refclock demo

try-page: ## test the web page in Debian's chromium, with axe-core from npm; SCREENSHOTS=FOLDER keeps pictures
	@axe=$$(scripts/fetch-axe) && $(if $(SCREENSHOTS),mkdir -p '$(SCREENSHOTS)' &&) \
		REFCLOCK_REQUIRE_BROWSER=1 REFCLOCK_AXE=$$axe REFCLOCK_SCREENSHOTS='$(abspath $(SCREENSHOTS))' go test -count=1 -v ./internal/web/browser

bench: ## measure speed, allocations, and the CPU time and memory of the daemon
	go test -run '^$$' -bench . -benchmem ./...
	$(if $(wildcard scripts/footprint),scripts/footprint)

bench-htntp: ## compare refclock htntp with htpdate on real web servers, RUNS=200 per cell
	scripts/bench-htntp $(RUNS)

bench-peers: ## compare refclock with gpsd, NTPsec and htpdate in half an hour: SECONDS_PER_CELL=60, PARTS='stamps cpu'
	@scripts/bench-peers/run "$(SECONDS_PER_CELL)" "$(PARTS)"

bench-report: ## measure the time and memory of refclock report for a week of samples
	go test -run '^$$' -bench 'Week$$' -benchmem ./internal/stability ./cmd/refclock

cross: $(PROCESSORS:%=dist/refclock-linux-%) ## build dist/refclock-linux-* for the usual processors
	@wc -c $^
	@test $$(wc -c <dist/refclock-linux-armv6) -le $(ARMV6MAX) || { echo 'dist/refclock-linux-armv6: over $(ARMV6MAX) bytes'; exit 1; }

dist/refclock-linux-%: FORCE
	GOOS=linux GOARCH=$(GOARCH) GOARM=6 $(GOBUILD) -o $@ ./cmd/refclock
dist/refclock-linux-%:     GOARCH = $*
dist/refclock-linux-armv6: GOARCH = arm
FORCE:

deb: $(DEBS:%=deb-%) ## build dist/refclock_*.deb for Debian and Raspberry Pi OS

deb-%: build FORCE
	@$(MAKE) --no-print-directory dist/refclock-linux-$(patsubst armhf,armv6,$*)
	@scripts/deb $* $(debVersion) dist

# Debian 12 does not exist for riscv64.
try-deb: try-deb-amd64 try-deb-armhf try-deb-arm64 ## install and remove the packages in small Debian systems

try-deb-%: deb-% FORCE
	scripts/try-deb $* dist/refclock_$(debVersion)_$*.deb

try-readme: deb-amd64 ## follow README.md and docs/raspberry-pi.md in such a system, until chrony works
	scripts/try-readme amd64 dist/refclock_$(debVersion)_amd64.deb

try-source: ## follow README.md's installation from source in such a system, until it publishes
	scripts/try-source

lint: ## check formatting, go vet, staticcheck and the wording
	@unformatted=$$(gofmt -l .) && test -z "$$unformatted" || { echo "gofmt -w $$unformatted"; exit 1; }
	go vet ./...
	@for arch in arm arm64 386; do echo "GOARCH=$$arch go vet ./..."; GOARCH=$$arch GOARM=6 CGO_ENABLED=0 go vet ./... || exit 1; done
	go run $(STATICCHECK) ./...
	@scripts/phrases

fuzz: ## test each decoder with random inputs, FUZZTIME=100000x of them or FUZZTIME=10m each
	@scripts/fuzz $(FUZZTIME)

mutants: ## change the code in N=40 places of each of PACKAGES, one at a time, and show what no test detects; SEED=1
	@go run ./scripts/mutants -n $(N) -seed $(SEED) $(PACKAGES)

# Not in CI: it takes an hour. make test runs short forms of both tests.
soak: ## simulate a week of faults, then run refclock with a fault each minute for SOAK=60m, and measure its memory
	REFCLOCK_SOAK_SECONDS=604800 go test ./driver/gps -run '^TestSoak$$' -count=1 -v -timeout 0
	REFCLOCK_SOAK=$(SOAK) go test ./cmd/refclock -run '^TestChaos$$' -count=1 -v -timeout 0

# root's PATH may lack Go: then the binary of an earlier make build is installed.
install: $(if $(shell command -v go 2>/dev/null),build) ## install refclock, its manual, completions and service into PREFIX=/usr/local, below DESTDIR
	@test -x bin/refclock || { echo 'make install: there is no bin/refclock, and no Go in the PATH of this user. First type: make build'; exit 1; }
	@$(MAKE) --no-print-directory --silent install-files BINARY=bin/refclock
	@scripts/installed '$(DESTDIR)' '$(DESTDIR)$(PREFIX)'

# A package installs into other folders than an administrator.
units = $(if $(filter /usr,$(PREFIX)),/usr/lib,/etc)
zsh   = $(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)

# bin/refclock prints the manual and the completions, because BINARY may be for another processor.
install-files: FORCE
	install -D -m 755 '$(BINARY)' '$(DESTDIR)$(PREFIX)/bin/refclock'
	install -d '$(DESTDIR)$(units)/systemd/system' '$(DESTDIR)$(PREFIX)/share/man/man1' '$(DESTDIR)$(PREFIX)/share/man/man5' '$(DESTDIR)$(PREFIX)/share/zsh/$(zsh)' \
		'$(DESTDIR)$(PREFIX)/share/bash-completion/completions' '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d'
	sed 's,/usr/bin/refclock,$(PREFIX)/bin/refclock,' systemd/refclock.service >'$(DESTDIR)$(units)/systemd/system/refclock.service'
	install -D -m 644 systemd/refclock.rules '$(DESTDIR)$(units)/udev/rules.d/60-refclock.rules'
	install -D -m 644 systemd/refclock.sysusers '$(DESTDIR)$(units)/sysusers.d/refclock.conf'
	install -d '$(DESTDIR)$(PREFIX)/share/doc/refclock/examples'
	install -m 644 systemd/network.conf systemd/realtime.conf contrib/prometheus/refclock.rules.yml contrib/grafana/refclock.json '$(DESTDIR)$(PREFIX)/share/doc/refclock/examples'
	install -m 644 docs/*.md docs/*.svg docs/*.webp docs/*.png '$(DESTDIR)$(PREFIX)/share/doc/refclock/'
	bin/refclock run --print-reference >'$(DESTDIR)$(PREFIX)/share/doc/refclock/examples/refclock.toml'
	bin/refclock man >'$(DESTDIR)$(PREFIX)/share/man/man1/refclock.1'
	bin/refclock man refclock.toml >'$(DESTDIR)$(PREFIX)/share/man/man5/refclock.toml.5'
	bin/refclock completion bash >'$(DESTDIR)$(PREFIX)/share/bash-completion/completions/refclock'
	bin/refclock completion zsh >'$(DESTDIR)$(PREFIX)/share/zsh/$(zsh)/_refclock'
	bin/refclock completion fish >'$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/refclock.fish'

# running: whether this machine's systemd is the one that has the service.
running = [ -z '$(DESTDIR)' ] && [ "$$(id -u)" = 0 ] && [ -d /run/systemd/system ]

uninstall: ## stop the service and remove what make install has installed
	@! { $(running); } || systemctl disable --now refclock.service || true
	rm -f '$(DESTDIR)$(PREFIX)/bin/refclock' '$(DESTDIR)$(units)/systemd/system/refclock.service' '$(DESTDIR)$(units)/udev/rules.d/60-refclock.rules' \
		'$(DESTDIR)$(units)/sysusers.d/refclock.conf' '$(DESTDIR)$(PREFIX)/share/man/man1/refclock.1' '$(DESTDIR)$(PREFIX)/share/man/man5/refclock.toml.5' \
		'$(DESTDIR)$(PREFIX)/share/bash-completion/completions/refclock' '$(DESTDIR)$(PREFIX)/share/zsh/$(zsh)/_refclock' \
		'$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/refclock.fish'
	rm -rf '$(DESTDIR)$(PREFIX)/share/doc/refclock'
	@! { $(running); } || systemctl daemon-reload || true
	@echo 'Kept: /etc/refclock.toml, the learnt delays in /var/lib/refclock, and the user refclock.'
