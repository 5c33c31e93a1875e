package realtime

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// childEnv makes the test program a process that switches it on and off.
const childEnv = "REFCLOCK_TEST_REALTIME"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		if err := json.NewEncoder(os.Stdout).Encode(child()); err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

// A result is what the child saw.
type result struct {
	Parts         []Part // without Err, which is in Errors
	Errors        []string
	Before, After memory // around switching it on
	Off           memory
	Latency       int32 // in force while it is on; -1 if unknown
}

// A memory is that of a process, in kB.
type memory struct{ Resident, Locked int }

func child() (r result) {
	rt := New(slog.New(slog.DiscardHandler))
	r.Before = readMemory()
	rt.Set(true)
	touched := make([]byte, 8<<20)
	for i := range touched {
		touched[i] = 1
	}
	r.After, r.Parts, r.Latency = readMemory(), rt.Parts(), -1
	for i, p := range r.Parts {
		r.Errors = append(r.Errors, fmt.Sprint(p.Err))
		r.Parts[i].Err = nil
	}
	var now [4]byte
	if f, err := os.Open(latencyDevice); err == nil {
		if _, err := f.Read(now[:]); err == nil {
			r.Latency = int32(binary.NativeEndian.Uint32(now[:]))
		}
	}
	rt.Set(false)
	r.Off = readMemory()
	return r
}

func readMemory() (m memory) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	for line := range strings.Lines(string(text)) {
		fmt.Sscanf(line, "VmRSS: %d kB", &m.Resident)
		fmt.Sscanf(line, "VmLck: %d kB", &m.Locked)
	}
	return m
}

// without is which capabilities a process does not get.
type without []uintptr

// drop removes them from what the calling thread can hand on, and from what it has. The thread
// must end.
func (list without) drop(t *testing.T) {
	t.Helper()
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets [2]unix.CapUserData
	err := unix.Capget(&header, &sets[0])
	for _, c := range list {
		if sets[0].Permitted&(1<<c) != 0 {
			err = errors.Join(err, unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0))
			sets[0].Effective &^= 1 << c
			sets[0].Permitted &^= 1 << c
			sets[0].Inheritable &^= 1 << c
		}
	}
	if err = errors.Join(err, unix.Capset(&header, &sets[0])); err != nil {
		t.Error(err)
	}
}

// run runs the child without some capabilities.
func run(t *testing.T, list without) (r result) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), childEnv+"=1")
	cmd.Stderr = os.Stderr
	var out []byte
	onThread(func() {
		list.drop(t)
		out, err = cmd.Output()
	})
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return r
}

// onThread runs f in a thread that ends afterwards.
func onThread(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked
		f()
	}()
	<-done
}

// Without capabilities, the real kernel refuses the threads and the memory, and the hint has the
// line for the unit.
func TestRefusedByKernel(t *testing.T) {
	for resource, name := range map[int]string{unix.RLIMIT_RTPRIO: "RTPRIO", unix.RLIMIT_MEMLOCK: "MEMLOCK"} {
		if limit := limitOf(resource); limit == unix.RLIM_INFINITY || resource == unix.RLIMIT_RTPRIO && limit >= Priority {
			t.Skipf("the limit RLIMIT_%s of this user is %d", name, limit)
		}
	}
	r := run(t, without{unix.CAP_SYS_NICE, unix.CAP_IPC_LOCK})
	for i, want := range []struct{ name, err, hint string }{
		{Threads, "operation not permitted", "LimitRTPRIO=10"},
		{Memory, "RLIMIT_MEMLOCK", "LimitMEMLOCK=infinity"},
	} {
		p := r.Parts[i]
		if p.Name != want.name || !strings.Contains(r.Errors[i], want.err) || !strings.Contains(p.Hint, want.hint) {
			t.Errorf("%+v: %s; want %+v", p, r.Errors[i], want)
		}
	}
	if r.After.Locked != 0 {
		t.Errorf("%d kB are locked", r.After.Locked)
	}
}

// The real kernel grants root each part. Only what is touched stays in RAM, though all that is
// reserved counts. Afterwards, nothing is locked, and the next process may wait as before.
func TestGrantedByKernel(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root")
	}
	r := run(t, nil)
	for i, p := range r.Parts {
		err := r.Errors[i]
		switch {
		case err == "<nil>":
		case strings.Contains(err, "operation not permitted"), strings.Contains(err, "no such file"), strings.Contains(err, "RLIMIT_MEMLOCK"): // a container
			t.Logf("%s: %s", p.Name, err)
		default:
			t.Errorf("%s: %s", p.Name, err)
		}
	}
	if grown := r.After.Resident - r.Before.Resident; r.Errors[1] == "<nil>" && (r.After.Locked < 8<<10 || grown > 48<<10) {
		t.Errorf("8 MB were touched: the process grew by %d kB, and %d kB are locked", grown, r.After.Locked)
	}
	if r.Off.Locked != 0 {
		t.Errorf("switched off, and %d kB are locked", r.Off.Locked)
	}
	if r.Errors[2] == "<nil>" && (r.Latency < 0 || r.Latency > MaxLatency) {
		t.Errorf("processors may sleep for %d us, want at most %d", r.Latency, MaxLatency)
	}
	t.Logf("kB before %+v, on %+v, off %+v", r.Before, r.After, r.Off)
}

// Each reason why the device of the latency cannot be used has its own hint, and nothing stays
// open.
func TestLatencyRefused(t *testing.T) {
	folder := t.TempDir()
	locked := filepath.Join(folder, "locked")
	if err := os.WriteFile(locked, nil, 0); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct {
		err  error
		hint string
	}{
		filepath.Join(folder, "none"): {fs.ErrNotExist, "CONFIG_CPU_IDLE"},
		locked:                        {unix.EACCES, "udev"},
		"/dev/full":                   {unix.ENOSPC, "report this"}, // each write fails
	} {
		var held io.Closer
		var hint string
		var err error
		onThread(func() {
			without{unix.CAP_DAC_OVERRIDE}.drop(t)
			held, hint, err = holdLatency(path)
		})
		if held != nil || !errors.Is(err, want.err) || !strings.Contains(hint, want.hint) {
			t.Errorf("%s: %v, %q, %v; want %+v", path, held, hint, err, want)
		}
	}
}

// The request is a 32-bit number.
func TestLatencyRequest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "device")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	held, hint, err := holdLatency(path)
	if err != nil || hint != "" {
		t.Fatal(hint, err)
	}
	defer held.Close()
	written, err := os.ReadFile(path)
	if err != nil || len(written) != 4 || binary.NativeEndian.Uint32(written) != MaxLatency {
		t.Errorf("% x, %v", written, err)
	}
}

// The file for systemd grants what the hints name, and udev the device.
func TestUnit(t *testing.T) {
	for file, lines := range map[string][]string{
		"realtime.conf":  {fmt.Sprintf("LimitRTPRIO=%d", Priority), "RestrictRealtime=no", "SystemCallFilter=sched_setattr sched_setaffinity", "LimitMEMLOCK=infinity", "DeviceAllow=" + latencyDevice + " w"},
		"refclock.rules": {`SUBSYSTEM=="misc", KERNEL=="` + filepath.Base(latencyDevice) + `", GROUP="refclock", MODE="0620"`},
	} {
		text, err := os.ReadFile("../../systemd/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			if !strings.Contains(string(text), "\n"+line+"\n") {
				t.Errorf("%s has no line %s", file, line)
			}
		}
	}
}
