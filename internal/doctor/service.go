package doctor

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/consumer/conf"
)

// A manager is the program that starts the services of a system, with the commands for
// one service. NAME stands for the service.
type manager struct {
	name    string
	process string   // its name as process 1; empty if other managers have the same
	marks   []string // files that only a system with this manager has
	scripts []string // folders with one file or folder for each service
	restart []string
	enable  []string // start it now and at every boot
	disable []string // stop it now and at every boot
	log     string   // shows the messages of a service; empty if there is no usual command
}

// managers are all known managers. sysvinit is the last: its scripts also exist on
// systems with another manager.
var managers = []manager{
	{
		name: "systemd", process: "systemd", marks: []string{"/run/systemd/system"}, scripts: unitFolders,
		restart: []string{"systemctl restart NAME"}, enable: []string{"systemctl enable --now NAME"}, disable: []string{"systemctl disable --now NAME"},
		log: "journalctl -u NAME",
	},
	{
		name: "OpenRC", process: "openrc-init", marks: []string{"/run/openrc", "/sbin/openrc-run", "/usr/bin/openrc-run", "/sbin/openrc"}, scripts: []string{"/etc/init.d"},
		restart: []string{"rc-service NAME restart"}, enable: []string{"rc-update add NAME", "rc-service NAME start"},
		disable: []string{"rc-service NAME stop", "rc-update del NAME"},
	},
	{
		name: "procd", process: "procd", marks: []string{"/sbin/procd", "/etc/openwrt_release"}, scripts: []string{"/etc/init.d"},
		restart: []string{"/etc/init.d/NAME restart"}, enable: []string{"/etc/init.d/NAME enable", "/etc/init.d/NAME start"},
		disable: []string{"/etc/init.d/NAME stop", "/etc/init.d/NAME disable"}, log: "logread -e NAME",
	},
	{
		name: "runit", process: "runit", marks: []string{"/run/runit", "/etc/runit"}, scripts: []string{"/etc/sv"},
		restart: []string{"sv restart NAME"}, enable: []string{"ln -s /etc/sv/NAME /var/service/"}, disable: []string{"rm /var/service/NAME"},
	},
	{
		name: "sysvinit", marks: []string{"/etc/inittab", "/etc/init.d/rcS", "/etc/rc2.d"}, scripts: []string{"/etc/init.d"},
		restart: []string{"/etc/init.d/NAME restart"}, enable: []string{"update-rc.d NAME defaults", "/etc/init.d/NAME start"},
		disable: []string{"/etc/init.d/NAME stop", "update-rc.d NAME disable"},
	},
}

// systemd is also the manager of a copy of files that shows none.
var systemd = &managers[0]

// readManager returns the manager of a system, and nil if there is none that is known.
// The name of process 1 decides: a system may have the files of several managers, and a
// container those of a manager that it does not run.
func readManager(r *Root) *manager {
	first := r.text("/proc/1/comm")
	for i := range managers {
		m := &managers[i]
		switch {
		case first != "" && first != "init":
			if m.process == first {
				return m
			}
		case m == systemd && first == "init": // systemd changes its name to systemd
		case slices.ContainsFunc(m.marks, r.exists):
			return m
		}
	}
	if first == "" {
		return systemd
	}
	return nil
}

// commands returns the steps of a manager's commands for services, which have the
// endings .service or .socket of systemd.
func (m *Machine) commands(templates []string, services ...string) (steps []Step) {
	if m.manager == systemd {
		return []Step{typeLine("sudo " + strings.ReplaceAll(templates[0], "NAME", strings.Join(services, " ")))}
	}
	hasUpdateRC := m.root.exists("/usr/sbin/update-rc.d") // of Debian
	for _, service := range services {
		if strings.HasSuffix(service, ".socket") {
			continue // only systemd opens the sockets of a service
		}
		for _, t := range templates {
			if strings.HasPrefix(t, "update-rc.d ") && !hasUpdateRC {
				continue
			}
			steps = append(steps, typeLine("sudo "+strings.ReplaceAll(t, "NAME", bareName(service))))
		}
	}
	return steps
}

func bareName(service string) string { return strings.TrimSuffix(service, ".service") }

// disable returns the steps that stop services, now and at every boot.
func (m *Machine) disable(services ...string) []Step {
	if m.manager == nil {
		return []Step{advise("Stop " + strings.Join(services, " and ") + " with the program that started it, now and at every start.")}
	}
	return m.commands(m.manager.disable, services...)
}

// enable returns the steps that start a service, now and at every boot.
func (m *Machine) enable(service string) []Step {
	if m.manager == nil {
		return []Step{advise("Start " + bareName(service) + ", now and at every start of this system.")}
	}
	return m.commands(m.manager.enable, service)
}

// restart returns the steps that restart the daemon of a configuration.
func (m *Machine) restart(d conf.Daemon) []Step {
	service := m.serviceOf(d)
	if m.manager == nil {
		return []Step{advise("Restart " + service + ", or the container in which it runs.")}
	}
	return m.commands(m.manager.restart, service)
}

// serviceOf returns the service of the daemon of a configuration on this machine.
func (m *Machine) serviceOf(d conf.Daemon) string {
	program := timeDaemons[0]
	usual := daemonNames[d]
	if d != conf.Chrony {
		program = timeDaemons[1]
	}
	if name, ok := program.installedService(m); ok {
		return bareName(name)
	}
	if d == conf.Chrony && m.manager != systemd && m.manager != nil && m.manager.name != "sysvinit" {
		return "chronyd" // as on Alpine, Gentoo, OpenWrt and Void
	}
	return usual
}

// hasService reports whether the manager knows a service.
func (m *Machine) hasService(service string) bool {
	if m.manager == nil {
		return false
	}
	name := service
	if m.manager != systemd {
		name = bareName(service)
	}
	for _, dir := range m.manager.scripts {
		if m.root.exists(path.Join(dir, name)) {
			return true
		}
	}
	return false
}

// starts reports whether a service starts at boot.
func (m *Machine) starts(service string) bool {
	name := bareName(service)
	switch {
	case m.manager == systemd:
		return m.enabled(service)
	case m.manager == nil || strings.HasSuffix(service, ".socket"):
		return false
	case m.manager.name == "runit":
		return m.root.isLink("/var/service/"+name) || m.root.isLink("/etc/runit/runsvdir/default/"+name)
	case m.manager.name == "OpenRC":
		entries, _ := m.root.ReadDir("/etc/runlevels")
		return slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
			return m.root.isLink(path.Join("/etc/runlevels", e.Name(), name))
		})
	}
	for _, dir := range []string{"/etc/rc.d", "/etc/rc2.d", "/etc/rcS.d"} {
		entries, _ := m.root.ReadDir(dir)
		for _, e := range entries {
			// S50chrony, and on OpenWrt S95chronyd
			if n := e.Name(); len(n) > 3 && n[0] == 'S' && n[3:] == name {
				return true
			}
		}
	}
	return false
}

// unitFolders are where systemd finds units and their settings.
var unitFolders = []string{"/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"}

// serviceFiles returns the texts of a service's file and of its additional settings, in the
// order in which systemd reads them.
func (m *Machine) serviceFiles(service string) (texts []string) {
	for _, dir := range unitFolders {
		if text := m.root.text(path.Join(dir, service)); text != "" {
			texts = append(texts, text)
			break
		}
	}
	added := map[string]string{} // by the name of the file, of which the first folder counts
	for _, dir := range slices.Backward(unitFolders) {
		dir = path.Join(dir, service+".d")
		entries, _ := m.root.ReadDir(dir)
		for _, e := range entries {
			if strings.HasSuffix(e.Name(), ".conf") {
				added[e.Name()] = m.root.text(path.Join(dir, e.Name()))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(added)) {
		texts = append(texts, added[name])
	}
	return texts
}

// masked reports whether a unit cannot be started: its file is a link to /dev/null.
func (m *Machine) masked(unit string) bool {
	to, err := m.root.ReadLink(path.Join("/etc/systemd/system", unit))
	return err == nil && to == "/dev/null"
}

// enabled reports whether a unit starts at boot, by systemctl enable or by a generator.
func (m *Machine) enabled(unit string) bool {
	return !m.masked(unit) && (m.wanted("/etc/systemd/system", unit) || m.generated(unit))
}

// generated reports whether a generator starts a unit, such as serial-getty for each
// console of the kernel.
func (m *Machine) generated(unit string) bool { return m.wanted("/run/systemd/generator", unit) }

func (m *Machine) wanted(dir, unit string) bool {
	entries, _ := m.root.ReadDir(dir)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".wants") && m.root.isLink(path.Join(dir, e.Name(), unit)) {
			return true
		}
	}
	return false
}
