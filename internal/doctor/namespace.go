package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/consumer/lint"
	"github.com/refclock/refclock/shm"
)

// initialIPC is the IPC namespace of the machine itself. From linux/proc_ns.h:
//
//	PROC_IPC_INIT_INO = 0xEFFFFFFFU,
const initialIPC = "ipc:[4026531839]"

// A container is a kind of container.
type container struct {
	name   string
	groups []string // in the paths of its control groups
	share  string   // how it shares the IPC namespace of the machine
	mount  string   // how it shares a folder; FOLDER stands for it
}

// containers are the known kinds. The first match counts: Kubernetes also uses the names
// of Docker and Podman.
var containers = []container{
	{"Kubernetes", []string{"kubepods"}, "write hostIPC: true into the spec of the pod", "mount the machine's FOLDER into the pod with a hostPath volume"},
	{"Podman", []string{"libpod"}, "start the container with podman run --ipc=host, in a compose file with ipc: host",
		"start the container with podman run -v FOLDER:FOLDER"},
	{"Docker", []string{"docker-", "/docker/"}, "start the container with docker run --ipc=host, in a compose file with ipc: host",
		"start the container with docker run -v FOLDER:FOLDER, in a compose file with a line of volumes"},
	{"systemd-nspawn", []string{"machine.slice", "systemd-nspawn"}, "start the container with SYSTEMD_NSPAWN_SHARE_NS_IPC=1 systemd-nspawn",
		"start the container with systemd-nspawn --bind=FOLDER"},
	{"LXC", []string{"lxc.payload", "/lxc/"}, "write lxc.namespace.keep = ipc into the configuration of the container",
		"write lxc.mount.entry = FOLDER FOLDER[1:] none bind,create=dir 0 0 into the configuration of the container"},
}

// aContainer is any other kind.
var aContainer = container{
	share: "start it in the IPC namespace of the machine: docker run --ipc=host, podman run --ipc=host, in a compose file ipc: host",
	mount: "share FOLDER with it: docker run -v FOLDER:FOLDER",
}

// aService is a service of systemd with a namespace of its own.
var aService = container{
	share: "remove PrivateIPC= from its service file, then type sudo systemctl daemon-reload and restart it",
	mount: "use FOLDER, which services share",
}

// containerOf returns the kind of container for the text of a cgroup file; "" if none.
func containerOf(groups string) string {
	for _, c := range containers {
		if slices.ContainsFunc(c.groups, func(g string) bool { return strings.Contains(groups, g) }) {
			return c.name
		}
	}
	return ""
}

func containerNamed(name string) container {
	for _, c := range containers {
		if c.name == name {
			return c
		}
	}
	return aContainer
}

// isNested reports whether a process has a PID namespace of its own, by the text of its
// status file, which every user may read. "NSpid:" lists its number in each namespace.
func isNested(status string) bool {
	for line := range strings.Lines(status) {
		if numbers, ok := strings.CutPrefix(line, "NSpid:"); ok {
			return len(strings.Fields(numbers)) > 1
		}
	}
	return false
}

// ownContainer returns the kind of container that this program runs in; "" if none. A
// container sees its control groups without the path above them.
func ownContainer(r *Root) string {
	if kind := containerOf(r.text("/proc/self/cgroup")); kind != "" {
		return kind
	}
	switch r.text("/run/systemd/container") {
	case "systemd-nspawn":
		return "systemd-nspawn"
	case "lxc":
		return "LXC"
	}
	switch {
	case r.exists("/.dockerenv"):
		return "Docker"
	case r.exists("/run/.containerenv"):
		return "Podman"
	}
	return ""
}

// compareNamespaces finds the processes that have another IPC namespace than refclock: a
// unit exists in one namespace only. Without root, only the namespaces of the user's own
// processes can be read. Then a process in a container probably has its own.
func (m *Machine) compareNamespaces() {
	m.ipc, _ = m.root.ReadLink("/proc/self/ns/ipc")
	if m.ipc == "" && !m.root.Live { // a copy of files usually lacks it
		m.ipc = initialIPC
		if first, err := m.root.ReadLink("/proc/1/ns/ipc"); err == nil {
			m.ipc = first
		}
	}
	for _, p := range m.processes {
		if p.name == "refclock" && p.ipc != "" {
			m.ipc = p.ipc
			break
		}
	}
	for i := range m.processes {
		p := &m.processes[i]
		if p.ipc != "" && m.ipc != "" {
			p.contained = p.ipc != m.ipc
			continue
		}
		p.contained = (p.container != "" || p.nested) && !m.hasUsedUnits(p.pid)
	}
}

// hasUsedUnits reports whether a process created or attached one of the units that this
// program sees.
func (m *Machine) hasUsedUnits(pid int) bool {
	units, _ := m.units()
	return slices.ContainsFunc(units, func(u shm.Info) bool { return u.CreatorPID == pid || u.LastPID == pid })
}

// tmpOf returns whose /tmp a time daemon uses: by its mounts if they can be read, else by
// the service file with which systemd starts it.
func (m *Machine) tmpOf(d timeDaemon) lint.Tmp {
	own, known := tmpMount(m.root.text("/proc/self/mountinfo"))
	for _, p := range d.runs(m) {
		mount, ok := tmpMount(m.root.text(fmt.Sprintf("/proc/%d/mountinfo", p.pid)))
		switch {
		case ok && strings.Contains(mount, "systemd-private-"), ok && known && mount != own:
			return lint.PrivateTmp
		case ok && known:
			return lint.SharedTmp
		case p.unit == "" && m.manager == systemd:
			return lint.UnknownTmp // systemd has not started it
		}
	}
	return m.tmpOfService(d.service(m))
}

// tmpMount returns the device and the folder that are mounted at /tmp, by the text of a
// mountinfo file, and whether it has one. From proc_pid_mountinfo(5):
//
//	36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
//
// with the folder /mnt1 of device 98:0 at /mnt2.
func tmpMount(mounts string) (mount string, ok bool) {
	at := ""
	for line := range strings.Lines(mounts) {
		f := strings.Fields(line)
		if len(f) > 4 && (f[4] == "/" && at != "/tmp" || f[4] == "/tmp") {
			mount, at, ok = f[2]+" "+f[3], f[4], true
		}
	}
	return mount, ok
}

// tmpOfService returns whose /tmp a service of systemd uses. Other managers share it.
func (m *Machine) tmpOfService(service string) lint.Tmp {
	if m.manager != systemd {
		return lint.SharedTmp
	}
	private, found := false, false
	for _, text := range m.serviceFiles(service) {
		found = true
		for line := range strings.Lines(text) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			value = strings.ToLower(strings.TrimSpace(value))
			if name = strings.TrimSpace(name); name == "PrivateTmp" || name == "DynamicUser" && slices.Contains(yes, value) {
				private = slices.Contains(yes, value)
			}
		}
	}
	switch {
	case private:
		return lint.PrivateTmp
	case found:
		return lint.SharedTmp
	}
	return lint.UnknownTmp
}

// yes are the values of PrivateTmp= that make /tmp private.
var yes = []string{"yes", "true", "on", "1", "y", "t", "disconnected"}

// units returns the units of shared memory.
func (m *Machine) units() ([]shm.Info, error) {
	table, err := m.root.ReadFile("/proc/sysvipc/shm")
	if err != nil {
		return nil, err
	}
	return shm.ListOf(table, shm.KeyBase)
}

// apart returns a time daemon that could read refclock, but has another IPC namespace.
func (m *Machine) apart() (timeDaemon, process, bool) {
	for _, d := range timeDaemons {
		for _, p := range m.processes {
			if p.name == d.process && p.contained && d.reads != readsNothing && m.variant(p) == d.variant {
				return d, p, true
			}
		}
	}
	return timeDaemon{}, process{}, false
}

// otherNamespace is the finding for a time daemon with another IPC namespace.
func (m *Machine) otherNamespace(d timeDaemon, p process) Finding {
	who, in := p.String(), "in a container"
	if p.container != "" {
		in += " of " + p.container
	}
	what := fmt.Sprintf("%s runs with another IPC namespace than refclock.", who)
	switch {
	case p.ipc == "":
		what = fmt.Sprintf("%s runs %s, probably with another IPC namespace than refclock.", who, in)
	case p.container != "":
		what = fmt.Sprintf("%s runs %s, with another IPC namespace than refclock.", who, in)
	}
	kind := containerNamed(p.container)
	switch {
	case p.ipc == initialIPC: // refclock is in the container
		who = "refclock"
		kind = containerNamed(m.refclockContainer())
		if m.refclockService() != "" {
			kind = aService
		}
	case p.container == "" && !p.nested && p.unit != "":
		kind = aService
	}
	return fail(what, "Units of shared memory exist in one IPC namespace only: the time daemon never sees the samples. A socket in a shared folder works across namespaces.",
		m.crossNamespaces(d, who, kind)...)
}

// refclockContainer returns the kind of container that refclock runs in.
func (m *Machine) refclockContainer() string {
	for _, p := range m.processes {
		if p.name == "refclock" && p.ipc == m.ipc && p.container != "" {
			return p.container
		}
	}
	return ownContainer(m.root)
}

// refclockService returns the service that refclock runs in, if it is in no container.
func (m *Machine) refclockService() string {
	for _, p := range m.processes {
		if p.name == "refclock" && p.ipc == m.ipc && p.container == "" && !p.nested {
			return p.unit
		}
	}
	return ""
}

// socket is a path that chronyd's AppArmor profile permits, in a folder that a container
// can share.
const (
	socketFolder = "/run/chrony"
	socketPath   = socketFolder + "/refclock.sock"
)

// crossNamespaces returns both ways to give samples to a daemon in another namespace.
// The who is the program to move.
func (m *Machine) crossNamespaces(d timeDaemon, who string, kind container) []Step {
	var steps []Step
	name, folder, path := "chrony", socketFolder, socketPath
	if d.process == "ntp-daemon" {
		name, folder, path = "ntpd-rs", "/run/ntpd-rs", "/run/ntpd-rs/refclock.sock"
	} else {
		steps = append(steps, advise("Either let both share the units. For "+who+": "+kind.share+"."))
	}
	if d.process == "ntpd" {
		return steps // it reads no sockets
	}
	mount := strings.ReplaceAll(strings.ReplaceAll(kind.mount, "FOLDER[1:]", folder[1:]), "FOLDER", folder)
	lead := "Or use"
	if len(steps) == 0 {
		lead = "Use"
	}
	lines := typeLine("refclock config " + name + " --sock " + path)
	lines.Note = "it prints the lines for the configuration of " + d.name + "; then restart " + d.name
	publish := typeLine("sudo refclock gps --sock " + path + " " + m.device)
	publish.Note = fmt.Sprintf("for the service: sock = %q below [[gps]] in /etc/refclock.toml", path)
	return append(steps, advise(fmt.Sprintf("%s a socket in %s. For %s: %s.", lead, folder, who, mount)), lines, publish)
}

// unseen is the finding if no time daemon is visible in this container, and ok whether
// this is a container.
func (m *Machine) unseen() (f Finding, ok bool) {
	kind := ownContainer(m.root)
	if kind == "" && (m.ipc == initialIPC || m.ipc == "") {
		return Finding{}, false
	}
	if config, _, _ := m.daemonConfig(); config != nil && len(config.Refclocks) > 0 && m.consumerProgram() != "" {
		return Finding{}, false // it is installed and configured here, but does not run
	}
	name := "a container"
	if kind != "" {
		name += " of " + kind
	}
	if m.ipc == initialIPC {
		return skip(fmt.Sprintf("refclock runs in %s, which does not show the time daemon.", name),
			"The container shares the machine's units, so a time daemon of the machine can read them.",
			advise("Type refclock doctor on the machine itself, to check the time daemon as well."))[0], true
	}
	if kind == "" {
		name = "its own IPC namespace"
	}
	return fail(fmt.Sprintf("refclock runs in %s, and no time daemon is running there.", name),
		"Units of shared memory exist in one IPC namespace only: a time daemon of the machine never sees the samples. Do not start a second time daemon: it would set the same clock.",
		m.crossNamespaces(timeDaemons[0], "refclock", containerNamed(kind))...), true
}
