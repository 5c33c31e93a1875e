package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/delaystore"
	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/shm"
	"github.com/refclock/refclock/sock"
)

const (
	// chaosMinutes is how long TestChaos lasts: one minute by default, or 11 s with -short.
	chaosMinutes = "REFCLOCK_CHAOS_MINUTES"

	// chaosSeed repeats a run of TestChaos with the same faults.
	chaosSeed = "REFCLOCK_CHAOS_SEED"

	// chaosInside is set in the namespaces.
	chaosInside = "REFCLOCK_CHAOS_INSIDE"
)

// Faults at random, on one daemon with three receivers: no sample is of a wrong second, no
// second is missing that a fault does not explain, and SIGTERM ends the daemon within two
// seconds at any moment.
//
// With REFCLOCK_SOAK, one daemon runs all the time, and must not grow: see soak_test.go.
//
//	REFCLOCK_CHAOS_MINUTES=10 go test ./cmd/refclock -run TestChaos -v -timeout 20m
func TestChaos(t *testing.T) {
	if os.Getenv(chaosInside) != "" {
		chaos(t)
		return
	}
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// Its own units of shared memory, and no network.
	cmd := exec.CommandContext(t.Context(), self, "-test.run", "^TestChaos$", "-test.v", "-test.timeout", "0", fmt.Sprintf("-test.short=%v", testing.Short()))
	cmd.Env = append(os.Environ(), chaosInside+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWIPC | unix.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOSPC) {
		t.Skipf("the kernel refuses namespaces: %v", err)
	}
	t.Logf("%s", out)
	if err != nil || !strings.Contains(string(out), "--- PASS: TestChaos ") {
		t.Errorf("the test in its namespaces: %v", err)
	}
}

// A world is the daemon with everything around it.
type world struct {
	t    *testing.T
	rng  *rand.Rand
	dir  string
	good string // the configuration

	receivers []*receiverOnPty
	stderr    stuckPipe
	reading   chan struct{} // has a token while stderr is read

	cmd     *exec.Cmd
	pid     atomic.Int64 // of the daemon
	ended   chan error
	started time.Time

	soak      *soak       // nil: TestChaos as usual
	away      atomic.Bool // the consumers have ended
	deck      []string    // the next faults of disturbReceiver
	disturbed time.Time   // when a fault last cost samples
	contested time.Time   // when another program last published to the second unit

	mu       sync.Mutex // protects the fields below
	log      strings.Builder
	stalls   []span // in which this machine was too busy
	excused  [3][]span
	received [3]map[int64]bool // the seconds of the samples
	wrong    []string
}

// A span is a time in which seconds may be missing.
type span struct{ from, to time.Time }

const (
	// settling is how long a clock may take to publish again after a fault: a few seconds
	// to trust the receiver, and a pause before the port is opened again.
	settling = 10 * time.Second

	// contestedFor is how much later than the pause a sample may follow: the next one, and the
	// one after a look that was just too early.
	contestedFor = 3 * time.Second

	// stalled is how late a sleep of a millisecond ends on a machine that is too busy to
	// time anything.
	stalled = 150 * time.Millisecond

	// queued is how long a thread waits for a processor on such a machine, within a tenth of a
	// second: then the daemon says "held up", and is right.
	queued = 20 * time.Millisecond
)

// A receiverOnPty is a simulated receiver that can be unplugged.
type receiverOnPty struct {
	world  *world
	link   string
	port   *pty.Pty
	cancel context.CancelFunc
	played chan error

	mu    sync.Mutex
	line  string
	last  time.Time // of a byte
	burst time.Time // when the current burst began
	sent  map[int64]time.Time
	spoil spoiler // of this burst; nil: the bytes are right
	next  spoiler // of the following bursts
}

// Write notes when the burst began that names a second, and sends it.
func (r *receiverOnPty) Write(text []byte) (int, error) {
	if sent := r.note(text, time.Now()); len(sent) > 0 {
		if _, err := r.port.Write(sent); err != nil {
			return 0, err
		}
	}
	return len(text), nil
}

// note returns what to send.
func (r *receiverOnPty) note(text []byte, now time.Time) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.last) > 250*time.Millisecond {
		r.burst, r.line, r.spoil = now, "", r.next
	}
	r.last = now
	if r.spoil != nil {
		return r.spoil(text)
	}
	r.line += string(text)
	for {
		line, rest, ok := strings.Cut(r.line, "\n")
		if !ok {
			return text
		}
		r.line = rest
		if fields := strings.Split(line, ","); len(fields) > 9 && strings.HasSuffix(fields[0], "RMC") {
			if at, err := time.Parse("020106 150405.000", fields[9]+" "+fields[1]+"0"); err == nil {
				r.sent[at.Unix()] = r.burst
			}
		}
	}
}

func (r *receiverOnPty) plug() {
	t := r.world.t
	var err error
	if r.port, err = pty.Open(); err != nil {
		t.Fatal(err)
	}
	os.Remove(r.link)
	if err := os.Symlink(r.port.Name(), r.link); err != nil {
		t.Fatal(err)
	}
	r.play(0)
}

// play starts a receiver whose time is ahead of true UTC.
func (r *receiverOnPty) play(ahead time.Duration) {
	t := r.world.t
	receiver, err := sim.New(sim.Config{Baud: 9600, Seed: r.world.rng.Uint64()})
	if err != nil {
		t.Fatal(err)
	}
	live, err := sim.NewLive(receiver, ahead)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r.cancel, r.played = cancel, make(chan error, 1)
	go func() { r.played <- live.Play(ctx, r) }()
}

func (r *receiverOnPty) stop() {
	r.cancel()
	<-r.played
}

func (r *receiverOnPty) unplug() {
	r.stop()
	os.Remove(r.link)
	r.port.Close()
}

// chaos plays the faults.
func chaos(t *testing.T) {
	lasts, quiet := time.Minute, settling
	if testing.Short() { // only faults that cost no sample
		lasts, quiet = 11*time.Second, settling*7/10
	}
	if minutes, err := strconv.ParseFloat(os.Getenv(chaosMinutes), 64); err == nil {
		lasts = time.Duration(minutes * float64(time.Minute))
	}
	seed, err := strconv.ParseUint(os.Getenv(chaosSeed), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("%s=%d", chaosSeed, seed)
	w := newWorld(t, seed)
	if text := os.Getenv(soakLength); text != "" {
		if lasts, err = time.ParseDuration(text); err != nil || lasts < 2*time.Minute {
			t.Fatalf("%s=%s: expected a duration of 2m or more, such as 60m", soakLength, text)
		}
		w.soak = newSoak()
	}
	began := time.Now()
	end := began.Add(lasts)
	ctx, cancel := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() { w.watchMachine(ctx) })
	watching.Go(func() { w.watchProcessors(ctx) })
	watching.Go(func() { w.watchUnit(ctx, 0, 2) })
	watching.Go(func() { w.watchUnit(ctx, 1, 4) })
	watching.Go(func() { w.watchSocket(ctx, 2) })
	go w.readLog()
	w.start()
	w.disturbed = time.Now()
	pause(quiet) // first without faults: then every fault counts
	if w.soak != nil {
		watching.Go(func() { w.soak.measure(ctx, w.pid.Load(), w.goroutines()) })
		w.disturbed = began.Add(-time.Minute) // the first fault is now
	}
	for time.Now().Before(end) && !t.Failed() {
		w.fault()
		pause(time.Duration(w.rng.IntN(1500)) * time.Millisecond)
	}
	w.terminate()
	ended := time.Now()
	cancel()
	watching.Wait()
	for _, r := range w.receivers { // before judge reads what they have sent
		r.unplug()
	}
	w.judge(began.Add(quiet), ended)
	if w.soak != nil {
		w.soak.judge(t, ended.Sub(began), w.received[:])
	}
}

// pause waits for real time: the daemon is another process.
func pause(d time.Duration) { time.Sleep(d) }

func newWorld(t *testing.T, seed uint64) *world {
	w := &world{t: t, rng: rand.New(rand.NewPCG(seed, 1)), dir: t.TempDir(), stderr: newStuckPipe(t), reading: make(chan struct{}, 1)}
	w.reading <- struct{}{}
	if err := os.Mkdir(filepath.Join(w.dir, "state"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.dir, "victim"), []byte("precious\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		w.received[i] = map[int64]bool{}
		r := &receiverOnPty{world: w, link: filepath.Join(w.dir, fmt.Sprint("gps", i)), sent: map[int64]time.Time{}}
		r.plug()
		w.receivers = append(w.receivers, r)
	}
	w.good = w.config(0)
	w.write(w.good)
	return w
}

// config returns the configuration. The third clock restarts if n changes. It has no delay,
// so it asks the state folder for one.
func (w *world) config(n int) string {
	clock := func(i int, more string) string {
		return fmt.Sprintf("[[gps]]\ndevice = %q\nbaud = 9600\npps = \"none\"\nwitness = \"none\"\ncold_start = \"0s\"\n%s\n", w.receivers[i].link, more)
	}
	return clock(0, "unit = 2\ndelay = \"100ms\"\nsummary = \"1s\"") + clock(1, "unit = 4\ndelay = \"100ms\"") +
		clock(2, fmt.Sprintf("sock = %q\nsummary = \"%ds\"", filepath.Join(w.dir, "chrony.sock"), 10+n))
}

func (w *world) file() string   { return filepath.Join(w.dir, "c.toml") }
func (w *world) socket() string { return filepath.Join(w.dir, "status.sock") }

// write puts a configuration in place, as an editor does.
func (w *world) write(text string) {
	next := w.file() + ".new"
	if err := errors.Join(os.WriteFile(next, []byte(text), 0o600), os.Rename(next, w.file())); err != nil {
		w.t.Fatal(err)
	}
}

// start starts the daemon.
func (w *world) start() {
	w.cmd = program(w.t, "run", "--config", w.file(), "--socket", w.socket())
	w.cmd.Env = append(w.cmd.Env, "STATE_DIRECTORY="+filepath.Join(w.dir, "state"), goroutinesEnv+"="+w.goroutines())
	w.cmd.Stderr = w.stderr.w
	w.started = time.Now()
	w.ended = launch(w.t, w.cmd)
	w.pid.Store(int64(w.cmd.Process.Pid))
}

// terminate ends the daemon, and expects it to end in time and to leave no valid sample.
func (w *world) terminate() {
	asked := time.Now()
	select {
	case err := <-w.ended:
		w.t.Fatalf("the daemon has ended by itself: %v\n%s", err, w.logged())
	default:
	}
	err := terminated(w.t, w.cmd, w.ended)
	took := time.Since(asked)
	if took > 2*time.Second && !w.busy(asked, time.Now()) {
		w.t.Errorf("the daemon took %v to end", took)
	}
	if err != nil && asked.Sub(w.started) > time.Second && !w.busy(w.started, asked) { // by then it handles signals
		w.t.Errorf("the daemon ended with %v\n%s", err, w.logged())
	}
	for _, number := range []int{2, 4} {
		unit, err := shm.Attach(number, shm.WithReadOnly())
		if err != nil {
			continue // it has not been created yet
		}
		if _, err := unit.Peek(); err == nil && took < 2*time.Second {
			w.t.Errorf("unit %d is still valid after the end", number)
		}
		unit.Close()
	}
	w.excuse(asked, 0, 1, 2)
}

// excuse allows that seconds are missing since a time, and until the clocks have settled.
func (w *world) excuse(since time.Time, clocks ...int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, i := range clocks {
		w.excused[i] = append(w.excused[i], span{since.Add(-2 * time.Second), time.Now().Add(settling)})
	}
}

// fault plays a fault. Most must not cost a sample; one in a while may, so that there is
// time in between to see that the others do not.
func (w *world) fault() {
	every := 2 * settling
	if w.soak != nil {
		every = time.Minute
	}
	if time.Since(w.disturbed) > every {
		if w.disturbed = time.Now(); w.soak != nil {
			w.disturbReceiver()
			return
		}
		w.disturb()
		w.disturbed = time.Now()
		return
	}
	switch w.rng.IntN(13) {
	case 0, 1, 2:
		w.t.Log("standard error is blocked")
		select {
		case <-w.reading:
			w.stderr.fill(w.t)
		default: // it is already
		}
	case 3, 4:
		w.t.Log("standard error is read")
		select {
		case w.reading <- struct{}{}:
		default: // it is already
		}
	case 5:
		w.t.Log("programs connect and do not read")
		w.connect(20, 2*time.Second)
	case 6:
		w.t.Log("300 connections")
		w.connect(300, 0)
	case 7, 8, 9:
		w.hostileFile()
	case 10:
		w.t.Log("reload the same")
		w.hangUp()
	case 11, 12:
		w.badConfig()
	}
}

// disturb plays a fault that costs samples.
func (w *world) disturb() {
	if w.rng.IntN(3) == 0 {
		w.disturbReceiver()
		return
	}
	switch w.rng.IntN(8) {
	case 0, 1, 2: // at any moment, also of the start
		w.t.Log("restart")
		w.restart()
	case 3:
		w.t.Log("two restarts")
		w.restart()
		pause(time.Duration(w.rng.IntN(300)) * time.Millisecond)
		w.restart()
	case 4, 5:
		w.unplug(w.rng.IntN(3))
	case 6:
		w.reload()
	case 7:
		w.foreign()
	}
}

// reload changes the third clock.
func (w *world) reload() {
	w.t.Log("reload a change of the third clock")
	w.write(w.config(1 + w.rng.IntN(40)))
	since := time.Now()
	w.hangUp()
	pause(time.Second)
	w.excuse(since, 2)
}

// restart ends the daemon and starts it again.
func (w *world) restart() {
	w.terminate()
	w.start()
}

// unplug unplugs a receiver for a while.
func (w *world) unplug(i int) {
	w.t.Logf("receiver %d is unplugged", i)
	since := time.Now()
	w.receivers[i].unplug()
	w.excuse(since, i)
	pause(time.Duration(w.rng.IntN(3000)) * time.Millisecond)
	w.receivers[i].plug()
	w.excuse(since, i)
}

// connect connects to the status socket many times, and closes the connections later.
func (w *world) connect(n int, later time.Duration) {
	var open []net.Conn
	for range n {
		if conn, err := net.DialTimeout("unix", w.socket(), 5*time.Second); err == nil { // it may be starting
			open = append(open, conn)
		}
	}
	time.AfterFunc(later, func() {
		for _, conn := range open {
			conn.Close()
		}
	})
}

// hostileFile puts something into the state folder, where the third clock looks for its
// receiver's delay at its next start.
func (w *world) hostileFile() {
	names := []string{learntName(w.t, "of another receiver")}
	if r, err := status.Ask(w.socket()); err == nil {
		for _, c := range r.Clocks {
			if c.Receiver != nil && c.Receiver.Identity != "" {
				names = append(names, learntName(w.t, c.Receiver.Identity))
			}
		}
	}
	name := names[w.rng.IntN(len(names))]
	path := filepath.Join(w.dir, "state", []string{name, "." + name + ".new"}[w.rng.IntN(2)])
	os.RemoveAll(path)
	var err error
	switch n := w.rng.IntN(5); n {
	case 0:
		err = os.Symlink(filepath.Join(w.dir, "victim"), path)
	case 1:
		err = unix.Mkfifo(path, 0o666)
	case 2:
		err = os.Symlink("/dev/zero", path)
	case 3:
		err = os.Mkdir(path, 0o700)
	case 4:
		err = os.WriteFile(path, []byte("precious \x1b[31m\n"), 0o600)
	}
	w.t.Logf("hostile file %s: %v", path, err)
}

// learntName returns the name of a receiver's file: that of the file which a Store writes.
func learntName(t *testing.T, receiver string) string {
	t.Helper()
	dir := t.TempDir()
	store := delaystore.New(dir, nil)
	if err := store.Keep(receiver, gps.LearntDelay{Delay: 100 * time.Millisecond, Spread: time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("the store has written %v, %v; want one file", files, err)
	}
	return files[0].Name()
}

// hangUp asks the daemon to reload, if it handles signals already.
func (w *world) hangUp() {
	if _, err := status.Ask(w.socket()); err == nil {
		w.cmd.Process.Signal(syscall.SIGHUP)
	}
}

// badConfig reloads a file that must change nothing.
func (w *world) badConfig() {
	n := w.rng.IntN(5)
	w.t.Logf("reload bad configuration %d", n)
	was, err := os.ReadFile(w.file())
	if err != nil {
		w.t.Fatal(err)
	}
	switch os.Remove(w.file()); n {
	case 0:
		w.write("[[gps]\nbroken")
	case 1:
		err = unix.Mkfifo(w.file(), 0o600)
	case 2:
		err = os.Symlink("/dev/zero", w.file())
	case 3: // one port twice
		w.write(string(was) + fmt.Sprintf("[[gps]]\ndevice = %q\npps = \"none\"\nunit = 9\n", w.receivers[0].port.Name()))
	case 4:
		w.write(string(was) + "[[offbyone]]\nunit = 2\n")
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.hangUp()
	pause(time.Second)
	w.write(string(was))
}

// foreign publishes to the second unit as another program would.
func (w *world) foreign() {
	unit, err := shm.Attach(4, shm.WithoutCreate())
	if err != nil {
		return
	}
	defer unit.Close()
	w.t.Log("another program publishes to unit 4")
	since := time.Now()
	for range 3 {
		now := time.Now()
		if err := unit.Update(shm.Sample{Clock: now.Add(foreignOffset), Receive: now, Precision: -1}); err != nil {
			w.t.Error(err)
		}
		pause(200 * time.Millisecond)
	}
	// The daemon waits for ten seconds, or for three intervals of a program that has written
	// before, and up to half as long again: see driver/rival.go.
	pause := 10 * time.Second
	if w.contested.After(w.started) {
		pause = max(pause, min(3*time.Since(w.contested), 10*time.Minute))
	}
	w.mu.Lock()
	w.excused[1] = append(w.excused[1], span{since.Add(-2 * time.Second), time.Now().Add(pause*3/2 + contestedFor)})
	w.mu.Unlock()
	w.contested = time.Now()
}

// foreignOffset is that of the other program's samples: it tells them from the daemon's.
const foreignOffset = 1000 * time.Hour

// watchMachine notes when this machine was too busy.
func (w *world) watchMachine(ctx context.Context) {
	for last := time.Now(); ctx.Err() == nil; {
		time.Sleep(time.Millisecond)
		now := time.Now()
		if now.Sub(last) > stalled {
			w.stall(last, now)
		}
		last = now
	}
}

func (w *world) stall(from, to time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stalls = append(w.stalls, span{from.Add(-time.Second), to.Add(settling)})
}

// watchProcessors notes when the threads of the daemon or of this test waited too long for a
// processor, or the machine's host took the processors away. The sleeps of watchMachine do not
// show it: a thread that has slept is preferred to one that works.
func (w *world) watchProcessors(ctx context.Context) {
	waits := map[string]time.Duration{}
	for last := time.Now(); ctx.Err() == nil; time.Sleep(100 * time.Millisecond) {
		now := time.Now()
		var threads []string
		for _, pid := range []int64{int64(os.Getpid()), w.pid.Load()} {
			list, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
			threads = append(threads, list...)
		}
		long := false
		for _, file := range append(threads, "/proc/stat") {
			wait, ok := waited(file)
			if before, known := waits[file]; ok && known && wait-before > queued {
				long = true
			}
			waits[file] = wait
		}
		if long {
			w.stall(last, now)
		}
		last = now
	}
}

// waited returns how long a thread has waited for a processor, from its schedstat; or how long
// the host has withheld the processors, from /proc/stat, where it is called steal. See
// sched-stats.rst of the kernel and proc_stat(5). It returns false if the kernel does not tell.
func waited(file string) (time.Duration, bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, false
	}
	fields, n, unit := strings.Fields(string(text)), 1, time.Nanosecond
	if file == "/proc/stat" {
		n, unit = 8, 10*time.Millisecond
	}
	if len(fields) <= n {
		return 0, false
	}
	count, err := strconv.ParseInt(fields[n], 10, 64)
	return time.Duration(count) * unit, err == nil
}

// busy reports whether the machine was too busy in a time.
func (w *world) busy(from, to time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.ContainsFunc(w.stalls, func(s span) bool { return s.from.Before(to) && from.Before(s.to) })
}

// watchUnit notes the samples of a unit.
func (w *world) watchUnit(ctx context.Context, clock, number int) {
	var unit *shm.Unit
	var last time.Time
	for ; ctx.Err() == nil; time.Sleep(10 * time.Millisecond) {
		if w.away.Load() && unit != nil {
			unit.Close()
			unit = nil
		}
		if w.away.Load() {
			continue
		}
		if unit == nil {
			var err error
			if unit, err = shm.Attach(number, shm.WithReadOnly()); err != nil {
				unit = nil
				continue
			}
			defer unit.Close()
		}
		if s, err := unit.Peek(); err == nil && !s.Clock.Equal(last) {
			last = s.Clock
			if s.Offset() < foreignOffset/2 {
				w.sample(clock, s.Clock, s.Receive)
			}
		}
	}
}

// watchSocket notes the samples at the socket, while the consumers run.
func (w *world) watchSocket(ctx context.Context, clock int) {
	for ; ctx.Err() == nil; time.Sleep(10 * time.Millisecond) {
		if !w.away.Load() {
			w.listen(ctx, clock)
		}
	}
}

// listen notes the samples at the socket until the consumers end.
func (w *world) listen(ctx context.Context, clock int) {
	receiver, err := sock.Listen(filepath.Join(w.dir, "chrony.sock"))
	if err != nil {
		w.t.Error(err)
		return
	}
	defer receiver.Close()
	for !w.away.Load() && ctx.Err() == nil {
		soon, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		s, err := receiver.Receive(soon)
		cancel()
		if err == nil {
			w.sample(clock, s.Clock, s.Receive)
		} else if soon.Err() == nil {
			w.t.Error(err)
			return
		}
	}
}

// sample notes a sample, and whether its second is that of the burst that it was made of.
func (w *world) sample(clock int, at, receive time.Time) {
	r := w.receivers[clock]
	second := at.Round(time.Second)
	r.mu.Lock()
	began, sent := r.sent[second.Unix()]
	r.mu.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.received[clock][second.Unix()] = true
	if w.soak != nil {
		w.soak.see(at.Sub(receive))
	}
	if error := receive.Sub(began); !sent || at.Sub(second).Abs() > 450*time.Millisecond || error.Abs() > 450*time.Millisecond {
		w.wrong = append(w.wrong, fmt.Sprintf("clock %d: %v received at %v; its burst began at %v", clock, at, receive, began))
	}
}

// judge reports wrong samples and missing seconds: after the log, which is long, so that the
// end of the output says what is wrong.
func (w *world) judge(from, to time.Time) {
	var problems []string
	problem := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	for _, text := range w.wrong {
		if !w.busy(from, to) {
			problem("wrong sample: %s", text)
		} else {
			w.t.Log("sample on a busy machine: " + text)
		}
	}
	for i, r := range w.receivers {
		due, missing := 0, []string(nil)
		for second, began := range r.sent {
			excused := func(s span) bool { return began.After(s.from) && began.Before(s.to) }
			if began.Before(from) || began.After(to.Add(-3*time.Second)) || slices.ContainsFunc(w.excused[i], excused) || slices.ContainsFunc(w.stalls, excused) {
				continue
			}
			if due++; !w.received[i][second] {
				missing = append(missing, time.Unix(second, 0).Format(time.TimeOnly))
			}
		}
		slices.Sort(missing)
		w.t.Logf("clock %d: %d samples; %d seconds were due and %d are missing", i, len(w.received[i]), due, len(missing))
		if len(missing) > 0 {
			problem("clock %d: no sample of %q, and no fault explains it", i, missing)
		}
	}
	log := w.logged()
	if strings.Contains(log, "precious") || invisible(strings.ReplaceAll(log, "\x00", "")) != "" {
		problem("the log quotes a file")
	}
	if text, err := os.ReadFile(filepath.Join(w.dir, "victim")); string(text) != "precious\n" {
		problem("the victim is now %q, %v", text, err)
	}
	if w.t.Failed() || len(problems) > 0 {
		w.t.Logf("%s", log[max(0, len(log)-20_000):])
	}
	for _, text := range problems {
		w.t.Error(text)
	}
}

// readLog reads standard error of the daemon, while it is to be read.
func (w *world) readLog() {
	text := make([]byte, 4096)
	for {
		w.reading <- <-w.reading
		n, err := w.stderr.r.Read(text)
		if err != nil {
			return
		}
		w.mu.Lock()
		w.log.Write(text[:n])
		w.mu.Unlock()
	}
}

func (w *world) logged() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.ReplaceAll(w.log.String(), "\x00", "")
}
