package serialport

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.bug.st/serial"
	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/pty"
)

// open opens a pseudo-terminal as a serial port.
func open(t *testing.T) (*pty.Pty, *Port) {
	t.Helper()
	line, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { line.Close() })
	port, err := Open(line.Name(), 9600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { port.Close() })
	return line, port
}

func TestReadDoesNotChangeBytes(t *testing.T) {
	line, port := open(t)
	const sent = "$GPTXT\r\n\x00\x03\x11\x13\x1a\xb5\x62\xff" // a cooked tty would drop or change these
	if _, err := line.Write([]byte(sent)); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(sent))
	if _, err := io.ReadFull(port, got); err != nil || string(got) != sent {
		t.Errorf("read %q, %v; want %q", got, err, sent)
	}
}

func TestOpenDiscardsBufferedBytes(t *testing.T) {
	line, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	if _, err := line.Write([]byte("stale")); err != nil {
		t.Fatal(err)
	}
	port, err := Open(line.Name(), 115200)
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	if _, err := line.Write([]byte("fresh")); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 5)
	if _, err := io.ReadFull(port, got); err != nil || string(got) != "fresh" {
		t.Errorf("read %q, %v; want fresh", got, err)
	}
}

func TestReadTimesOut(t *testing.T) {
	_, port := open(t)
	if err := port.SetReadTimeout(time.Millisecond); err != nil {
		t.Fatal(err)
	}
	for range 2 { // a timeout must not affect the next read
		if n, err := port.Read(make([]byte, 10)); n != 0 || err != nil {
			t.Fatalf("silence: %d, %v; want 0 and no error", n, err)
		}
	}
}

// Bytes that arrive while others collect do not end the wait, also if a read waited for them before
// and timed out. The read after that waits for bytes again.
func TestGather(t *testing.T) {
	const long = 100 * time.Millisecond
	line, port := open(t)
	read := func(want string) {
		t.Helper()
		data := make([]byte, 10)
		if n, err := port.Read(data); err != nil || string(data[:n]) != want {
			t.Errorf("read %q, %v; want %q", data[:n], err, want)
		}
	}
	for _, waited := range []bool{false, true} {
		if waited {
			port.SetReadTimeout(time.Millisecond)
			read("")
		}
		port.SetReadTimeout(time.Hour)
		began := time.Now()
		fmt.Fprint(line, "ab")
		port.Gather(long)
		sent := make(chan error)
		go func() {
			time.Sleep(long / 10)
			_, err := line.Write([]byte("cd"))
			sent <- err
		}()
		data := make([]byte, 10)
		n, err := port.Read(data)
		took := time.Since(began)
		if <-sent != nil || err != nil || !strings.HasPrefix("abcd", string(data[:n])) || n == 0 || took < long {
			t.Errorf("waited before: %v: read %q, %v after %v; want abcd after %v", waited, data[:n], err, took, long)
		}
		if n == 2 { // the writer was late
			read("cd")
		}
		port.Gather(time.Millisecond)
		read("")
		fmt.Fprint(line, "e")
		read("e")
	}
}

func TestGatherIsUnpluggedOrClosed(t *testing.T) {
	line, port := open(t)
	line.Close()
	port.Gather(time.Millisecond)
	if n, err := port.Read(make([]byte, 10)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("unplugged: %d, %v; want io.EOF", n, err)
	}
	_, port = open(t)
	port.Gather(time.Hour)
	time.AfterFunc(10*time.Millisecond, func() { port.Close() })
	if n, err := port.Read(make([]byte, 10)); n != 0 || !errors.Is(err, os.ErrClosed) {
		t.Errorf("closed: %d, %v; want os.ErrClosed", n, err)
	}
}

func TestUnplugging(t *testing.T) {
	line, port := open(t)
	go line.Close()
	if n, err := port.Read(make([]byte, 10)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("unplugged: %d, %v; want io.EOF", n, err)
	}
}

func TestCloseEndsARead(t *testing.T) {
	_, port := open(t)
	done := make(chan error)
	go func() {
		_, err := port.Read(make([]byte, 10))
		done <- err
	}()
	time.Sleep(10 * time.Millisecond) // usually it waits by then; it must end in any case
	port.Close()
	if err := <-done; !errors.Is(err, os.ErrClosed) {
		t.Errorf("closed while reading: %v, want os.ErrClosed", err)
	}
}

// A read must not block if another process, such as a getty, took the bytes.
func TestBytesTakenByAnother(t *testing.T) {
	_, port := open(t)
	if n, err := port.file.Read(make([]byte, 10)); n > 0 || !errors.Is(err, syscall.EAGAIN) {
		t.Errorf("nothing to read: %d, %v; want EAGAIN at once", n, err)
	}
}

func TestNoDescriptorLeaks(t *testing.T) {
	count := func() int {
		files, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip("no /proc: ", err)
		}
		return len(files)
	}
	line, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	before := count()
	for range 50 {
		port, err := Open(line.Name(), 9600)
		if err != nil {
			t.Fatal(err)
		}
		if err := port.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if after := count(); after > before {
		t.Errorf("%d descriptors before, %d after 50 opens and closes", before, after)
	}
}

// A second Close must not close a descriptor of another file, which may have the number by then.
func TestCloseTwice(t *testing.T) {
	_, port := open(t)
	if err := port.Close(); err != nil {
		t.Fatal(err)
	}
	var others []*os.File
	for range 8 { // as many as the port had descriptors, at least
		other, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		others = append(others, other)
	}
	if err := port.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("%v, want os.ErrClosed", err)
	}
	for _, other := range others {
		if _, err := other.Stat(); err != nil {
			t.Error(err)
		}
	}
}

func TestErrorsHaveHints(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(t.TempDir(), "socket")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for _, c := range []struct {
		device string
		baud   int
		is     error
		says   string
	}{
		{"/dev/serial/by-id/nothing", 9600, fs.ErrNotExist, "this machine has"},
		{file, 9600, ErrNoTTY, "this machine has"},
		{"/dev/null", 9600, ErrNoTTY, "this machine has"},
		{t.TempDir(), 9600, ErrNoTTY, "this machine has"},
		{socket, 9600, ErrNoTTY, "this machine has"},
		{"/dev/null", 9600, syscall.ENOTTY, "this machine has"},
		{"/dev/null", 9601, nil, "115200"},
	} {
		_, err := Open(c.device, c.baud)
		if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s at %d: %v; want %v, and %q in it", c.device, c.baud, err, c.is, c.says)
		}
		if c.is != nil && strings.Count(err.Error(), c.device) != 1 {
			t.Errorf("%v: names the device %d times, want once", err, strings.Count(err.Error(), c.device))
		}
	}
}

// Errors that do not happen to root.
func TestExplain(t *testing.T) {
	for _, c := range []struct {
		err  error
		says string
	}{
		{syscall.EACCES, "dialout"},
		{syscall.EBUSY, "fuser"},
	} {
		got := explain("/dev/ttyAMA0", c.err)
		if !strings.Contains(got.Error(), c.says) || !errors.Is(got, c.err) {
			t.Errorf("%v became %v, want %q in it", c.err, got, c.says)
		}
	}
}

// The hint of a port that may not be opened is for this user and for the mode of the port.
func TestPermit(t *testing.T) {
	const dialout = 4242 // has no name
	pi := opener{uid: 1000, name: "pi"}
	service := opener{uid: 990, name: "refclock", service: true}
	for name, c := range map[string]struct {
		opener
		mode, uid, gid uint32
		want           string
	}{
		"of the group":                  {pi, 0o660, 0, dialout, "only root and group 4242 may open it; type sudo usermod -aG 4242 pi, then log in again, or run refclock with sudo"},
		"of the group, for the service": {service, 0o660, 0, dialout, "; type sudo usermod -aG 4242 refclock, then sudo systemctl restart refclock"},
		"of the group, for nobody":      {opener{uid: 65534, name: "nobody"}, 0o660, 0, dialout, "; run refclock with sudo, or as a user of group 4242"},
		"of the group, for no name":     {opener{uid: 12345}, 0o660, 0, dialout, "; run refclock with sudo, or as a user of group 4242"},
		"of a group since the login":    {opener{uid: 1000, name: "pi", listed: []int{dialout}}, 0o660, 0, dialout, "; log out and in again, since pi is in group 4242 only from the next login"},
		"of a group since the start":    {opener{uid: 990, name: "refclock", service: true, listed: []int{dialout}}, 0o660, 0, dialout, "; type sudo systemctl restart refclock"},
		"of root":                       {pi, 0o600, 0, 5, "only root may open it (mode 0600); run refclock with sudo"},
		"whose group may only read":     {pi, 0o640, 0, dialout, "only root may open it (mode 0640); run refclock with sudo"},
		"of root and its group":         {pi, 0o660, 0, 0, "only root may open it (mode 0660); run refclock with sudo"},
		"of root, for the service":      {service, 0o600, 0, 5, "; type sudo chown refclock /dev/ttyX0, again after each boot"},
		"of another user":               {pi, 0o620, 54321, 5, "only the user with uid 54321 may open it (mode 0620); run refclock as that user, or with sudo"},
		"for all":                       {pi, 0o666, 0, 5, "denies access; in a container, add --device=/dev/ttyX0 to docker run; else check the kernel log"},
		"for all, for the service":      {service, 0o666, 0, 5, "; type sudo systemctl edit refclock, and add the lines [Service] and DeviceAllow=/dev/ttyX0 rw"},
		"its own":                       {pi, 0o600, 1000, 5, "denies access; in a container"},
		"of a group that the user has":  {opener{uid: 1000, name: "pi", groups: []int{dialout}}, 0o660, 0, dialout, "denies access; in a container"},
		"for root":                      {opener{name: "root"}, 0o600, 1, 5, "denies access; in a container"},
	} {
		got := c.permit("/dev/ttyX0", &syscall.Stat_t{Mode: syscall.S_IFCHR | c.mode, Uid: c.uid, Gid: c.gid})
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if group, err := user.LookupGroupId("1"); err == nil { // not every system calls it dialout
		if got := pi.permit("/dev/ttyX0", &syscall.Stat_t{Mode: syscall.S_IFCHR | 0o660, Gid: 1}); !strings.Contains(got, "usermod -aG "+group.Name+" pi") {
			t.Errorf("group 1: %s; want its name, %s", got, group.Name)
		}
	}
}

// The library has its own errors. A port that becomes busy or inaccessible between the two
// opens must have the same hint as before them.
func TestExplainErrorsOfTheLibrary(t *testing.T) {
	line, _ := open(t) // which has the library's lock
	file := filepath.Join(t.TempDir(), "ttyS0")
	if err := os.WriteFile(file, nil, 0); err != nil {
		t.Fatal(err)
	}
	for device, want := range map[string]error{file: fs.ErrPermission, line.Name(): syscall.EBUSY, "/dev/null": ErrNoTTY} {
		var err error
		unprivileged(t, func() { _, err = serial.Open(device, &serial.Mode{BaudRate: 9600}) })
		if _, ok := errors.AsType[*serial.PortError](err); !ok {
			t.Fatalf("%s: %v, want an error of the library", device, err)
		}
		if got := explain(device, err); !errors.Is(got, want) {
			t.Errorf("%s: %v, want %v", device, got, want)
		}
	}
}

// unprivileged runs a function in a thread without the capabilities of root.
func unprivileged(t *testing.T, f func()) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var before, none [2]unix.CapUserData // of 32 capabilities each
	if err := unix.Capget(&header, &before[0]); err != nil {
		t.Skip(err)
	}
	none = before
	none[0].Effective, none[1].Effective = 0, 0
	if err := unix.Capset(&header, &none[0]); err != nil {
		t.Skip(err)
	}
	f()
	if err := unix.Capset(&header, &before[0]); err != nil {
		t.Fatal(err)
	}
}

func TestWireBaud(t *testing.T) {
	acm := filepath.Join(t.TempDir(), "by-id")
	if err := os.Symlink("/dev/ttyACM7", acm); err != nil {
		t.Fatal(err)
	}
	for device, want := range map[string]int{
		"/dev/ttyACM0": 0, "/dev/ttyUSB0": 9600, "/dev/ttyAMA0": 9600, "/dev/pts/3": 9600,
	} {
		if got := WireBaud(device, 9600); got != want {
			t.Errorf("%s: %d, want %d", device, got, want)
		}
	}
}

func TestSetBaud(t *testing.T) {
	line, port := open(t)
	if port.Baud() != 9600 || port.Name() != line.Name() {
		t.Errorf("%s at %d baud, want %s at 9600", port.Name(), port.Baud(), line.Name())
	}
	if _, err := line.Write([]byte("at another rate")); err != nil {
		t.Fatal(err)
	}
	if err := port.SetBaud(38400); err != nil || port.Baud() != 38400 {
		t.Errorf("%d baud, %v; want 38400", port.Baud(), err)
	}
	if err := port.SetReadTimeout(time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if n, err := port.Read(make([]byte, 100)); n != 0 || err != nil {
		t.Errorf("%d bytes of before, %v", n, err)
	}
	if err := port.SetBaud(38401); err == nil {
		t.Error("38401 baud was set")
	}
	line.Close()
	if err := port.SetBaud(9600); !errors.Is(err, io.EOF) {
		t.Errorf("unplugged: %v, want io.EOF", err)
	}
}

// The rate of a closed port cannot be set: its descriptors may be those of another port by now.
func TestSetBaudOfAClosedPort(t *testing.T) {
	_, port := open(t)
	port.Close()
	var others []*Port
	for range 4 { // as many as the closed port had descriptors, at least
		_, other := open(t)
		others = append(others, other)
	}
	if err := port.SetBaud(115200); !errors.Is(err, os.ErrClosed) {
		t.Errorf("%v, want os.ErrClosed", err)
	}
	for _, other := range others {
		raw, err := other.file.SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		if err := raw.Control(func(fd uintptr) {
			if termios, err := unix.IoctlGetTermios(int(fd), unix.TCGETS); err != nil || termios.Cflag&unix.CBAUD != unix.B9600 {
				t.Errorf("another port has the rate %#o, %v; want %#o", termios.Cflag&unix.CBAUD, err, unix.B9600)
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// A second Open of a port fails, for root as well, and names who has it open.
func TestOpenTwice(t *testing.T) {
	line, port := open(t)
	_, err := Open(line.Name(), 9600)
	if !errors.Is(err, syscall.EBUSY) || !strings.Contains(err.Error(), "another clock of this refclock has it open") {
		t.Errorf("a second clock: %v, want EBUSY that names this refclock", err)
	}
	out, err := openElsewhere(t, line.Name())
	want := fmt.Sprintf("(pid %d) has it open; stop that program", os.Getpid())
	if err == nil || !strings.Contains(out, want) {
		t.Errorf("another process: %s, %v, want %q", out, err, want)
	}
	port.Close()
	if out, err := openElsewhere(t, line.Name()); err != nil {
		t.Errorf("after Close: %s, %v", out, err)
	}
}

// openElsewhere opens the port in another process, and returns what that prints.
func openElsewhere(t *testing.T, device string) (string, error) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestOpenPortOfParent$")
	child.Env = append(os.Environ(), "REFCLOCK_TEST_PORT="+device)
	out, err := child.CombinedOutput()
	return string(out), err
}

func TestOpenPortOfParent(t *testing.T) {
	device := os.Getenv("REFCLOCK_TEST_PORT")
	if device == "" {
		t.Skip("TestOpenTwice runs this in another process")
	}
	// The library does not set FD_CLOEXEC.
	inherited, _ := os.ReadDir("/proc/self/fd")
	for _, d := range inherited {
		if to, _ := os.Readlink("/proc/self/fd/" + d.Name()); to == device {
			fd, _ := strconv.Atoi(d.Name())
			syscall.Close(fd)
		}
	}
	port, err := Open(device, 9600)
	if err != nil {
		t.Fatal(err)
	}
	port.Close()
}

// The error of a process without free descriptors names its limit, and how to raise it.
func TestOpenWithoutDescriptors(t *testing.T) {
	if err := explain("/dev/ttyS0", syscall.ENFILE); !strings.Contains(err.Error(), "sysctl fs.file-max") {
		t.Errorf("ENFILE: %v", err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	err := explain("/dev/ttyS0", syscall.EMFILE)
	for _, want := range []string{"too many open files", fmt.Sprint(min(limit.Cur, math.MaxInt32)), "LimitNOFILE="} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	for limit, want := range map[int]string{
		256:  "256; raise it with LimitNOFILE=1024 in the service file, or in a shell with: sudo prlimit --nofile=1024:1024 --pid $$",
		1024: "1024; with more than 102 clocks, raise it with LimitNOFILE=2048 in the service file; with fewer, restart refclock and report this as a bug",
	} {
		if got := noDescriptors(limit); !strings.HasSuffix(got, want) {
			t.Errorf("limit %d: %s, want %s", limit, got, want)
		}
	}
}

// A search tries each rate that a receiver can have, and each once.
func TestRates(t *testing.T) {
	sorted := slices.Sorted(slices.Values(Likely))
	if !slices.IsSorted(Bauds) || !slices.Equal(sorted, Bauds) || len(slices.Compact(sorted)) != len(Bauds) {
		t.Errorf("the rates are %v, and a search tries %v", Bauds, Likely)
	}
}

// A user may open a port by its mode. Of a user that is not in /etc/passwd, the groups are not
// known, so that the user may be a member of the right one.
func TestMayOpen(t *testing.T) {
	device := filepath.Join(t.TempDir(), "tty")
	if err := os.WriteFile(device, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const unknown = 2147483000
	for _, c := range []struct {
		uid  int
		mode os.FileMode
		want bool
	}{
		{0, 0, true},
		{os.Getuid(), 0o600, true},
		{overflow, 0o660, os.Getuid() == overflow},
		{overflow, 0o664, os.Getuid() == overflow},
		{overflow, 0o666, true},
		{unknown, 0o600, true},
	} {
		if err := os.Chmod(device, c.mode); err != nil {
			t.Fatal(err)
		}
		if got := MayOpen(c.uid, device); got != c.want {
			t.Errorf("user %d, mode %04o: %v", c.uid, c.mode, got)
		}
	}
	if MayOpen(unknown, device+"x") {
		t.Error("a port that is missing")
	}
	if os.Getuid() != 0 {
		return
	}
	if err := errors.Join(os.Chown(device, 0, overflow), os.Chmod(device, 0o660)); err != nil {
		t.Fatal(err)
	}
	if !MayOpen(overflow, device) {
		t.Error("a user of the group may not open it") // nogroup, of nobody
	}
}
