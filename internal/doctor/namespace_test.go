package doctor

import (
	"fmt"
	"maps"
	"strings"
	"testing"
)

// text returns a finding as the user reads it.
func text(findings ...Finding) string {
	var b strings.Builder
	for _, f := range findings {
		f.write(&b, false)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

const unitTable = "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime\n"

// unitRow returns a line of /proc/sysvipc/shm.
func unitRow(unit, perm, size, creator, last, attached, uid int) string {
	return fmt.Sprintf("%d 0 %o %d %d %d %d %d %d %d %d 1780000000 0 1780000000\n", 0x4e545030+unit, perm, size, creator, last, attached, uid, uid, uid, uid)
}

// A time daemon with another IPC namespace is reported as such, with both ways to reach
// it. A second time daemon is never suggested.
func TestOtherNamespace(t *testing.T) {
	const initial, inner = "-> ipc:[4026531839]", "-> ipc:[4026532301]"
	machine := map[string]string{"/proc/1/comm": "systemd", "/proc/self/ns/ipc": initial, "/proc/self/cgroup": "0::/user.slice/user-1000.slice/session-1.scope"}
	for _, c := range []struct {
		name   string
		files  map[string]string
		want   Verdict
		say    []string
		silent []string
	}{
		{"chronyd in Docker", map[string]string{"/proc/7/comm": "chronyd", "/proc/7/ns/ipc": inner, "/proc/7/cgroup": "0::/system.slice/docker-12ab.scope", "/usr/sbin/chronyd": ""},
			Fail, []string{"chronyd (process 7) runs in a container of Docker, with another IPC namespace", "docker run --ipc=host", "ipc: host", "-v /run/chrony:/run/chrony",
				"refclock config chrony --sock /run/chrony/refclock.sock", "refclock gps --sock /run/chrony/refclock.sock"}, nil},
		{"the same, without root", map[string]string{"/proc/7/comm": "chronyd", "/proc/7/cgroup": "0::/system.slice/docker-12ab.scope"},
			Fail, []string{"probably with another IPC namespace", "--ipc=host"}, nil},
		{"with host IPC, without root", map[string]string{"/proc/7/comm": "chronyd", "/proc/7/cgroup": "0::/system.slice/docker-12ab.scope",
			"/proc/sysvipc/shm": unitTable + unitRow(0, 0o600, 96, 7, 7, 1, 0)}, Pass, []string{"chronyd"}, nil},
		{"with host IPC", map[string]string{"/proc/7/comm": "chronyd", "/proc/7/ns/ipc": initial, "/proc/7/cgroup": "0::/system.slice/docker-12ab.scope"}, Pass, nil, nil},
		{"Podman without root", map[string]string{"/proc/7/comm": "chronyd", "/proc/7/cgroup": "0::/machine.slice/libpod-12ab.scope"}, Fail, []string{"Podman", "podman run --ipc=host"}, []string{"docker"}},
		{"Kubernetes", map[string]string{"/proc/7/comm": "chronyd", "/proc/7/cgroup": "0::/kubepods.slice/kubepods-besteffort.slice/cri-containerd-1.scope"}, Fail, []string{"hostIPC: true"}, []string{"docker"}},
		{"systemd-nspawn", map[string]string{"/proc/7/comm": "chronyd", "/proc/7/ns/ipc": inner, "/proc/7/cgroup": "0::/machine.slice/systemd-nspawn@a.service/payload"},
			Fail, []string{"SYSTEMD_NSPAWN_SHARE_NS_IPC=1", "--bind=/run/chrony"}, []string{"docker"}},
		{"LXC", map[string]string{"/proc/7/comm": "chronyd", "/proc/7/ns/ipc": inner, "/proc/7/cgroup": "0::/lxc.payload.ntp/system.slice/chrony.service"}, Fail, []string{"lxc."}, []string{"docker"}},
		{"an unknown container, seen by its PID namespace", map[string]string{"/proc/7/comm": "chronyd", "/proc/7/status": "NSpid:\t7\t1\n"}, Fail, []string{"probably with another IPC namespace"}, nil},
		{"a service with PrivateIPC", map[string]string{"/proc/7/comm": "chronyd", "/proc/7/ns/ipc": inner, "/proc/7/cgroup": "0::/system.slice/chrony.service", "/proc/7/status": "NSpid:\t7\n"},
			Fail, []string{"PrivateIPC="}, []string{"docker"}},
		{"NTPsec reads no sockets", map[string]string{"/proc/7/comm": "ntpd", "/proc/7/ns/ipc": inner, "/proc/7/cgroup": "0::/system.slice/docker-12ab.scope"}, Fail, []string{"--ipc=host"}, []string{"--sock"}},
		{"ntpd-rs reads sockets only", map[string]string{"/proc/7/comm": "ntp-daemon", "/proc/7/ns/ipc": inner, "/proc/7/cgroup": "0::/system.slice/docker-12ab.scope"},
			Fail, []string{"refclock config ntpd-rs --sock /run/ntpd-rs/"}, []string{"--ipc=host"}},
		{"refclock in Docker", map[string]string{"/proc/7/comm": "chronyd", "/proc/7/ns/ipc": initial, "/proc/8/comm": "refclock", "/proc/8/ns/ipc": inner, "/proc/8/cgroup": "0::/system.slice/docker-12ab.scope"},
			Fail, []string{"chronyd (process 7) runs with another IPC namespace than refclock", "For refclock: start the container with docker run --ipc=host"}, nil},
		{"the service of refclock has PrivateIPC", map[string]string{"/proc/7/comm": "chronyd", "/proc/7/ns/ipc": initial, "/proc/8/comm": "refclock", "/proc/8/ns/ipc": inner, "/proc/8/cgroup": "0::/system.slice/refclock.service"},
			Fail, []string{"PrivateIPC="}, []string{"docker"}},
		{"both in one container", map[string]string{"/proc/7/comm": "chronyd", "/proc/7/ns/ipc": inner, "/proc/8/comm": "refclock", "/proc/8/ns/ipc": inner}, Pass, nil, nil},
		{"doctor in Docker", map[string]string{"/proc/1/comm": "refclock", "/proc/self/ns/ipc": inner, "/.dockerenv": "", "/proc/self/cgroup": "0::/"},
			Fail, []string{"refclock runs in a container of Docker, and no time daemon is running there", "docker run --ipc=host", "-v /run/chrony:/run/chrony", "--sock"}, nil},
		{"doctor in Docker, with a chronyd that does not start", map[string]string{"/proc/1/comm": "sh", "/proc/self/ns/ipc": inner, "/.dockerenv": "", "/usr/sbin/chronyd": "", "/etc/chrony/chrony.conf": "refclock SHM 0\n"},
			Fail, []string{"chrony is installed but not running", "Start chrony"}, []string{"--ipc=host"}},
		{"doctor in Podman with host IPC", map[string]string{"/proc/1/comm": "refclock", "/run/.containerenv": ""}, Skip, []string{"Podman", "on the machine itself"}, nil},
		{"chronyd in Docker next to timesyncd", map[string]string{"/proc/7/comm": "chronyd", "/proc/7/ns/ipc": inner, "/proc/7/cgroup": "0::/system.slice/docker-12ab.scope", "/proc/9/comm": "systemd-timesyn", "/proc/9/ns/ipc": initial},
			Fail, []string{"another IPC namespace"}, nil},
		{"a copy without the files of this program", map[string]string{"/proc/self/ns/ipc": "", "/proc/7/comm": "chronyd", "/proc/7/ns/ipc": inner}, Fail, []string{"another IPC namespace"}, nil},
		{"a copy with those of process 1", map[string]string{"/proc/self/ns/ipc": "", "/proc/1/ns/ipc": inner, "/proc/7/comm": "chronyd", "/proc/7/ns/ipc": inner}, Pass, nil, nil},
	} {
		files := maps.Clone(machine)
		maps.Copy(files, c.files)
		findings := checkDaemons(NewMachine(rootOf(files), Live{}, Options{Device: "/dev/ttyUSB0"}))
		got := text(findings...)
		if len(findings) != 1 || findings[0].Verdict != c.want {
			t.Errorf("%s: %s, want %v", c.name, got, c.want)
		}
		what := findings[0].What
		for _, want := range c.say {
			if !strings.Contains(got+what, want) {
				t.Errorf("%s: %s, want %q", c.name, got, want)
			}
		}
		for _, not := range append(c.silent, "install chrony", "enable --now") {
			if strings.Contains(got, not) {
				t.Errorf("%s: %s, do not want %q", c.name, got, not)
			}
		}
	}
}

// The files of this machine are not those of a time daemon in a container, and a daemon
// that cannot read refclock is not worth reaching.
func TestOtherNamespaceOnly(t *testing.T) {
	files := map[string]string{"/proc/1/comm": "systemd", "/proc/self/ns/ipc": "-> ipc:[4026531839]", "/etc/chrony/chrony.conf": "refclock SHM 0 bogus\n",
		"/proc/7/comm": "chronyd", "/proc/7/ns/ipc": "-> ipc:[4026532301]"}
	if f := checkDaemonConfig(NewMachine(rootOf(files), Live{}, Options{})); len(f) > 0 {
		t.Errorf("the configuration of another daemon: %s", text(f...))
	}
	files["/proc/7/comm"] = "systemd-timesyn"
	if got := text(checkDaemons(NewMachine(rootOf(files), Live{}, Options{}))...); !strings.Contains(got, "No time daemon is running.") {
		t.Errorf("systemd-timesyncd in a container: %s", got)
	}
}
