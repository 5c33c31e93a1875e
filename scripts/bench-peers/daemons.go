package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// libraries returns the environment in which an unpacked daemon finds its libraries.
func (r *rig) libraries(folder string) []string {
	found, _ := filepath.Glob(filepath.Join(r.tools, folder, "usr/lib/*-linux-*"))
	return []string{"LD_LIBRARY_PATH=" + strings.Join(found, ":")}
}

// refclock starts refclock run with a clock for each port, and more tables of its
// configuration. The units are the following ones.
func (r *rig) refclock(baud int, ports []string, tables ...string) (p *process, units []int, err error) {
	dir, units, err := r.configure(baud, ports, tables...)
	if err != nil {
		return nil, nil, err
	}
	env := []string{"RUNTIME_DIRECTORY=" + dir, "STATE_DIRECTORY=" + dir}
	p, err = r.start("refclock", filepath.Join(r.tools, "refclock"), env, "run", "--config", filepath.Join(dir, configuration), "--socket", filepath.Join(dir, "socket"))
	return p, units, err
}

// configuration is the name of refclock's configuration in its folder.
const configuration = "refclock.toml"

// configure writes the configuration of a refclock to a new folder.
func (r *rig) configure(baud int, ports []string, tables ...string) (dir string, units []int, err error) {
	if dir, err = r.folder(); err != nil {
		return "", nil, err
	}
	var config strings.Builder
	config.WriteString(strings.Join(tables, ""))
	for _, port := range ports {
		r.unit++
		units = append(units, r.unit)
		fmt.Fprintf(&config, "[[gps]]\ndevice = %q\nbaud = %d\nunit = %d\npps = \"none\"\nwitness = \"none\"\nleap_seconds = \"none\"\n\n", port, baud, r.unit)
	}
	return dir, units, os.WriteFile(filepath.Join(dir, configuration), []byte(config.String()), 0o600)
}

// gpsd starts a gpsd for a port, which it reads without a client and never writes to. As root's
// first device, its unit is 0. It refuses time to daemons for a name in /dev/pts or a device that is
// no serial port: hence the link, and see serialport.c.
func (r *rig) gpsd(baud int, port string) (p *process, tcp int, err error) {
	dir, err := r.folder()
	if err != nil {
		return nil, 0, err
	}
	link := filepath.Join(dir, "ttyS0")
	if err := os.Symlink(port, link); err != nil {
		return nil, 0, err
	}
	r.port++
	env := append(r.libraries("gpsd"), "LD_PRELOAD="+filepath.Join(r.tools, "serialport.so"))
	p, err = r.start("gpsd", filepath.Join(r.tools, "gpsd/usr/sbin/gpsd"), env,
		"-N", "-n", "-b", "-s", fmt.Sprint(baud), "-S", fmt.Sprint(r.port), "-P", filepath.Join(dir, "pid"), link)
	return p, r.port, err
}

// ntpsec starts an ntpd whose NMEA driver reads the ports as units 0 and up. It evaluates each
// second, and writes the offsets to the file that is returned.
func (r *rig) ntpsec(baud int, ports []string) (p *process, peerstats string, err error) {
	dir, err := r.folder()
	if err != nil {
		return nil, "", err
	}
	var config strings.Builder
	for i, port := range ports {
		fmt.Fprintf(&config, "refclock nmea unit %d path %s baud %d noselect minpoll 0 maxpoll 0\n", i, port, baud)
	}
	fmt.Fprintf(&config, "disable ntp kernel\ninterface ignore wildcard\ninterface listen 127.0.0.1\nstatsdir %s/\nstatistics peerstats\nfilegen peerstats file peerstats type none enable\n", dir)
	file := filepath.Join(dir, "ntp.conf")
	if err := os.WriteFile(file, []byte(config.String()), 0o600); err != nil {
		return nil, "", err
	}
	p, err = r.start("ntpd", filepath.Join(r.tools, "daemons/usr/sbin/ntpd"), r.libraries("daemons"), "-n", "-c", file, "-p", filepath.Join(dir, "pid"))
	return p, filepath.Join(dir, "peerstats"), err
}

// floor starts the least C program. gather is in milliseconds.
func (r *rig) floor(port string, first, gather int) (*process, error) {
	return r.start("floor", filepath.Join(r.tools, "floor"), nil, port, fmt.Sprint(first), fmt.Sprint(gather))
}

// chronyd starts a chronyd that reads units of shared memory, by their reference ID, and logs
// each sample. -x: it never sets the clock.
func (r *rig) chronyd(units map[string]int) (p *process, log string, err error) {
	dir, err := r.folder()
	if err != nil {
		return nil, "", err
	}
	var config strings.Builder
	for id, unit := range units {
		fmt.Fprintf(&config, "refclock SHM %d refid %s poll 0 filter 1 noselect\n", unit, id)
	}
	fmt.Fprintf(&config, "port 0\ncmdport 0\nbindcmdaddress %[1]s/socket\npidfile %[1]s/pid\nlogdir %[1]s\nlog refclocks\n", dir)
	file := filepath.Join(dir, "chrony.conf")
	if err := os.WriteFile(file, []byte(config.String()), 0o600); err != nil {
		return nil, "", err
	}
	p, err = r.start("chronyd", filepath.Join(r.tools, "daemons/usr/sbin/chronyd"), r.libraries("daemons"), "-x", "-d", "-U", "-u", "root", "-f", file)
	return p, filepath.Join(dir, "refclocks.log"), err
}
