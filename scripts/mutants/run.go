package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// limits bound what a mutant may use.
type limits struct {
	factor int           // times the duration of the unmutated tests
	extra  time.Duration // in addition
	memory int           // KiB of address space for each process
}

// A machine with other work runs the tests late; an endless loop ends in any case.
var standardLimits = limits{factor: 5, extra: 20 * time.Second, memory: 4 << 20}

// An outcome is the result of a mutant.
type outcome struct {
	kind   kind
	detail string // the test that caught it, or the compiler's message
	err    error  // the mutant could not be run
}

type kind string

const (
	caught     kind = "caught"
	timedOut   kind = "timed out"
	survived   kind = "survived"
	listedOnly kind = "equivalent"
	broken     kind = "not compiled"
)

// A tally counts the outcomes of a package's mutants.
type tally struct {
	name  string
	count map[kind]int
}

// run returns the number of mutants that were tested.
func (t tally) run() int { return t.count[caught] + t.count[timedOut] + t.count[survived] }

func (t tally) percent() float64 {
	return 100 * float64(t.count[caught]+t.count[timedOut]) / float64(t.run())
}

func (t tally) String() string {
	text := fmt.Sprintf("%-14s %4d run, %4d caught (%d by timeout), %3d survived, %3d equivalent, %3d not compiled",
		t.name, t.run(), t.count[caught]+t.count[timedOut], t.count[timedOut], t.count[survived], t.count[listedOnly], t.count[broken])
	if t.run() > 0 {
		text += fmt.Sprintf(", %5.1f %%", t.percent())
	}
	return text
}

// A runner builds and runs the tests of a package.
type runner struct {
	pkg     *pkg
	dir     string // for temporary files
	tests   string
	timeout time.Duration // of the tests, without building them
	limits  limits
}

// run tests the chosen mutants of a package and writes the survivors.
func run(ctx context.Context, p *pkg, chosen []*mutant, o options, w io.Writer) (tally, error) {
	t := tally{name: p.name, count: map[kind]int{}}
	dir, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return t, err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // tests may run programs as another user
		return t, err
	}
	r := runner{pkg: p, dir: dir, tests: o.tests, limits: o.limits}
	lasted, err := r.unmutated(ctx)
	if err != nil {
		return t, err
	}
	r.timeout = time.Duration(o.limits.factor)*lasted + o.limits.extra
	fmt.Fprintf(w, "%s: the tests take %.2f s, %d mutants\n", p.name, lasted.Seconds(), len(chosen))

	// A failure of the machinery ends the run.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	outcomes := make([]chan outcome, len(chosen))
	for i := range outcomes {
		outcomes[i] = make(chan outcome, 1)
	}
	next := make(chan int)
	var workers sync.WaitGroup
	defer workers.Wait()
	for range o.jobs {
		workers.Go(func() {
			for i := range next {
				outcomes[i] <- r.test(ctx, chosen[i], strconv.Itoa(i))
			}
		})
	}
	go func() {
		for i := range chosen {
			next <- i
		}
		close(next)
	}()
	var failed error
	for i, m := range chosen {
		out := <-outcomes[i]
		if out.err != nil && failed == nil {
			failed = fmt.Errorf("%v: %w", m, out.err)
			cancel()
		}
		if failed != nil {
			continue
		}
		t.count[out.kind]++
		if o.verbose {
			fmt.Fprintf(w, "%-12s %v", out.kind, m)
			if out.detail != "" {
				fmt.Fprint(w, " # ", out.detail)
			}
			fmt.Fprintln(w)
		} else if out.kind == survived {
			fmt.Fprintln(w, m)
		}
	}
	return t, failed
}

// unmutated runs the tests as they are and returns how long they take.
func (r *runner) unmutated(ctx context.Context) (time.Duration, error) {
	binary := filepath.Join(r.dir, "unmutated.test")
	if message, err := r.build(ctx, binary, ""); err != nil {
		return 0, fmt.Errorf("build the tests: %w\n%s", err, message)
	}
	if _, err := os.Stat(binary); err != nil {
		return 0, errors.New("no test files")
	}
	defer os.Remove(binary)
	r.timeout = 10 * time.Minute // of go test
	began := time.Now()
	output, err := r.execute(ctx, binary)
	if err != nil {
		return 0, fmt.Errorf("the tests fail without a mutant: %w\n%s", err, output)
	}
	return time.Since(began), nil
}

// test builds and tests one mutant. Its name is that of its files.
func (r *runner) test(ctx context.Context, m *mutant, name string) outcome {
	if m.reason != "" {
		return outcome{kind: listedOnly, detail: m.reason}
	}
	base := filepath.Join(r.dir, name)
	source, overlay, binary := base+".go", base+".json", base+".test"
	defer os.Remove(binary)
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{m.file.path: source}})
	if err != nil {
		return outcome{err: err}
	}
	if err := errors.Join(os.WriteFile(source, m.source(), 0o600), os.WriteFile(overlay, replace, 0o600)); err != nil {
		return outcome{err: err}
	}
	message, err := r.build(ctx, binary, overlay)
	if ctx.Err() != nil {
		return outcome{err: context.Cause(ctx)}
	} else if err != nil {
		return outcome{kind: broken, detail: firstMatch(compilerMessage, message)}
	}
	output, err := r.execute(ctx, binary)
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return outcome{err: context.Cause(ctx)}
	case err == nil:
		return outcome{kind: survived}
	case errors.Is(err, errTimeout):
		return outcome{kind: timedOut}
	case errors.As(err, &exit):
		return outcome{kind: caught, detail: firstMatch(failedTest, output)}
	}
	return outcome{err: err}
}

var (
	compilerMessage = regexp.MustCompile(`(?m)^.*\.go:\d+:\d+: (.*)$`)
	failedTest      = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)|^(panic: .*|fatal error: .*)$`)
)

// firstMatch returns the first group of the expression that matches.
func firstMatch(expression *regexp.Regexp, text []byte) string {
	for i, group := range expression.FindSubmatch(text) {
		if i > 0 && len(group) > 0 {
			return string(group)
		}
	}
	return ""
}

// build builds the package's tests on one processor, and returns the output of the
// compiler.
func (r *runner) build(ctx context.Context, binary, overlay string) ([]byte, error) {
	args := []string{"test", "-c", "-vet=off", "-ldflags=-w", "-o", binary}
	if overlay != "" {
		args = append(args, "-overlay="+overlay)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, r.pkg.path)...)
	cmd.Dir = r.pkg.dir
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	return start(cmd, 0)
}

// errTimeout is the error of tests that do not end.
var errTimeout = errors.New("the tests do not end")

// execute runs the tests in the package's directory, and returns their output.
func (r *runner) execute(ctx context.Context, binary string) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, r.timeout, errTimeout)
	defer cancel()
	temporary := strings.TrimSuffix(binary, ".test")
	if err := errors.Join(os.Mkdir(temporary, 0o700), os.Chmod(temporary, 0o777|os.ModeSticky)); err != nil {
		return nil, err
	}
	defer os.RemoveAll(temporary)
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", fmt.Sprintf("ulimit -v %d && exec \"$@\"", r.limits.memory), "sh",
		binary, "-test.short", "-test.failfast", "-test.count=1", "-test.timeout=10m", "-test.run="+r.tests)
	cmd.Dir = r.pkg.dir
	cmd.Env = append(os.Environ(), "TMPDIR="+temporary)
	var namespace uintptr
	if os.Geteuid() == 0 {
		namespace = syscall.CLONE_NEWIPC // a mutant may write to another key than that of the tests
	}
	output, err := start(cmd, namespace)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return output, err
}

// start runs a command in its own process group and in new namespaces. When the command
// has ended or is cancelled, start kills the rest of the group.
func start(cmd *exec.Cmd, namespaces uintptr) ([]byte, error) {
	var output head
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Cloneflags: namespaces}
	kill := func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Cancel = kill
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	err := cmd.Wait()
	kill()
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil // the command succeeded, and a process that it started kept its output open
	}
	return output.data.Bytes(), err
}

// A head keeps the beginning of the text written to it: a mutant may print without end.
type head struct {
	data bytes.Buffer
}

func (h *head) Write(p []byte) (int, error) {
	const most = 64 << 10
	h.data.Write(p[:min(len(p), most-h.data.Len())])
	return len(p), nil
}
