package browser

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/status"
)

// longEnough is more than any step takes on a busy machine. Only a fault needs it.
const longEnough = 60 * time.Second

// A demo is refclock with simulated hardware, in an IPC namespace of its own.
type demo struct {
	t       *testing.T
	program string
	address string
	cmd     *exec.Cmd
	said    bytes.Buffer
}

// newDemo builds refclock, and starts it at a free port.
func newDemo(t *testing.T) *demo {
	t.Helper()
	d := &demo{t: t, program: filepath.Join(t.TempDir(), "refclock"), address: freeAddress(t)}
	build := exec.Command("go", "build", "-o", d.program, "github.com/refclock/refclock/cmd/refclock")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	d.start()
	t.Cleanup(func() {
		d.kill()
		if t.Failed() {
			t.Logf("refclock demo: %s", d.said.String())
		}
	})
	return d
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (d *demo) start() {
	d.t.Helper()
	d.cmd = exec.Command(d.program, "demo", "--listen", d.address)
	d.cmd.Env = append(os.Environ(), "TERM=")
	d.cmd.Stdout, d.cmd.Stderr = io.Discard, &d.said
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWIPC, Pdeathsig: syscall.SIGKILL}
	if os.Getuid() != 0 {
		d.cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		d.cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		d.cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	if err := d.cmd.Start(); err != nil {
		leaveOut(d.t, fmt.Sprintf("no namespace for the units of refclock demo: %v", err))
	}
}

func (d *demo) kill() {
	d.cmd.Process.Kill()
	d.cmd.Wait()
}

// get decodes an answer of the API.
func (d *demo) get(path string, into any) error {
	answer, err := http.Get("http://" + d.address + path)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, answer.Status)
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

// report returns the answer of /api/status.
func (d *demo) report() (r status.Report) {
	d.t.Helper()
	if err := d.get("/api/status", &r); err != nil {
		d.t.Fatal(err)
	}
	return r
}

// await waits until the demo answers and both clocks publish.
func (d *demo) await(c *chromium) {
	d.t.Helper()
	c.wait("both clocks publish", func() bool {
		var r status.Report
		if err := d.get("/api/status", &r); err != nil {
			return false
		}
		return len(r.Clocks) == 2 && !slices.ContainsFunc(r.Clocks, func(k status.Clock) bool { return k.Sample == nil || k.Sample.JitterNS == nil })
	})
}

func TestPage(t *testing.T) {
	if testing.Short() {
		t.Skip("the demo takes half a minute to publish")
	}
	c := startBrowser(t)
	d := newDemo(t)
	d.await(c)
	c.resize(1280, 900, "light")
	c.do("Page.navigate", map[string]any{"url": "http://" + d.address + "/"})
	c.until("the page has data", "document.querySelectorAll('#clocks .clock').length === 2")

	// The steps build on each other, and share the half minute that the demo takes.
	for _, step := range []struct {
		name string
		run  func(*testing.T, *chromium, *demo)
	}{
		{"SkipLink", skipLink}, {"Words", wordsMatch}, {"SamplesMove", samplesMove}, {"NumbersEqualStatus", numbersEqual},
		{"HistoryIsComplete", historyComplete}, {"HistogramLabels", histogramLabels}, {"LastSecond", ladderMatches}, {"Sky", skyMatches}, {"Keyboard", keyboardZooms},
		{"RangeOfADay", dayShown}, {"Quiet", quietForScreenReaders}, {"TooManyViewers", tooManyViewers},
		{"Restart", survivesRestart}, {"Screenshots", screenshots}, {"Accessibility", accessible}, {"NoErrors", noErrors},
	} {
		if !t.Run(step.name, func(t *testing.T) { c.t, d.t = t, t; step.run(t, c, d) }) {
			break
		}
		c.t, d.t = t, t
	}
}

// wordsMatch checks the truth against the report. No time daemon reads the units of the demo.
func wordsMatch(t *testing.T, c *chromium, d *demo) {
	r := d.report()
	units := fmt.Sprintf("unit %d and unit %d", r.Clocks[0].Unit, r.Clocks[1].Unit)
	c.wait("the truth in words", func() bool {
		return c.text("#first") == "Publishing, but no time daemon reads "+units+"."
	})
	rest := c.text("#rest")
	if !strings.HasPrefix(rest, "Pulse ") || !strings.Contains(rest, ", sentences ") || !strings.HasSuffix(rest, "without a gap.") {
		t.Errorf("the jitter and the time without a gap: %q", rest)
	}
	if hint := c.text("#hint"); !strings.Contains(hint, units) {
		t.Errorf("the hint %q does not name %s", hint, units)
	}
}

// shown is what the page shows of a clock.
type shown struct {
	Name    string            `json:"name"`
	Values  map[string]string `json:"values"` // numbers for programs
	Words   map[string]string `json:"words"`
	Samples int               `json:"samples"`
}

const readCards = `[...document.querySelectorAll('#clocks .clock')].map(card => {
	const facts = [...card.querySelectorAll('.fact')].map(f => [f.querySelector('dt').textContent, f.querySelector('data')]).filter(([, d]) => d);
	return { name: card.dataset.clock, values: Object.fromEntries(facts.map(([n, d]) => [n, d.value])), words: Object.fromEntries(facts.map(([n, d]) => [n, d.textContent])),
		samples: Number(facts.find(([n]) => n === 'Samples')?.[1].value ?? 0) };
})`

func cards(c *chromium) (list []shown) {
	c.t.Helper()
	c.eval(readCards, &list)
	return list
}

func samplesMove(_ *testing.T, c *chromium, _ *demo) {
	before := cards(c)
	c.wait("each clock has two more samples", func() bool {
		return !slices.ContainsFunc(cards(c), func(now shown) bool {
			i := slices.IndexFunc(before, func(b shown) bool { return b.Name == now.Name })
			return i < 0 || now.Samples < before[i].Samples+2
		})
	})
}

// numbersEqual checks that the page shows the numbers of the same second as /api/status, and
// that the words say the same as the numbers.
func numbersEqual(t *testing.T, c *chromium, d *demo) {
	var list []shown
	c.wait("the numbers of /api/status", func() bool {
		r := d.report()
		list = cards(c)
		return slices.EqualFunc(r.Clocks, list, equalCard)
	})
	for _, card := range list {
		for _, name := range []string{"Offset", "Jitter"} {
			number, err := strconv.ParseFloat(card.Values[name], 64)
			if err != nil {
				t.Fatal(err)
			}
			words, err := nanoseconds(card.Words[name])
			if err != nil || diff(words, number) > 0.006 {
				t.Errorf("%s of %s: the page says %q for %v ns (%v)", name, card.Name, card.Words[name], number, err)
			}
		}
		t.Logf("%s: offset %s, jitter %s", card.Name, card.Words["Offset"], card.Words["Jitter"])
	}
}

func equalCard(k status.Clock, card shown) bool {
	return card.Name == k.Name && card.Samples == int(k.Published) && k.Sample != nil && k.Sample.JitterNS != nil &&
		card.Values["Offset"] == strconv.FormatInt(k.Sample.OffsetNS, 10) &&
		card.Values["Jitter"] == strconv.FormatInt(*k.Sample.JitterNS, 10) &&
		card.Values["Precision"] == strconv.Itoa(k.Sample.Precision)
}

// diff returns the relative difference of a number in three digits.
func diff(a, b float64) float64 {
	if b == 0 {
		return max(a, -a)
	}
	return max((a-b)/b, (b-a)/b)
}

// nanoseconds reads a quantity such as "+1.23 µs".
func nanoseconds(text string) (float64, error) {
	text = strings.NewReplacer("\u00a0", " ", "\u2212", "-", "+", "").Replace(text)
	number, unit, _ := strings.Cut(text, " ")
	value, err := strconv.ParseFloat(number, 64)
	scale, ok := map[string]float64{"ns": 1, "µs": 1e3, "ms": 1e6, "s": 1e9}[unit]
	if !ok {
		return 0, fmt.Errorf("%q has no unit", text)
	}
	return value * scale, err
}

// historyComplete checks that the page has each sample of /api/history, those that it loaded
// and those that it was sent.
func historyComplete(t *testing.T, c *chromium, d *demo) {
	var counts []int
	c.wait("as many samples as /api/history", func() bool {
		var h struct {
			Clocks []struct {
				Times []int64 `json:"time_ms"`
			} `json:"clocks"`
		}
		if err := d.get("/api/history?span=1h", &h); err != nil {
			t.Fatal(err)
		}
		c.eval("[...document.querySelectorAll('#figures tbody tr')].map(row => Number(row.children[1].textContent))", &counts)
		want := make([]int, len(h.Clocks))
		for i, k := range h.Clocks {
			want[i] = len(k.Times)
		}
		return slices.Equal(counts, want) && counts[0] > 5
	})
	t.Logf("samples: %v", counts)
	var painted int
	c.eval(`[...document.querySelectorAll('#charts canvas, #histograms canvas')].filter(canvas => {
		const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
		return new Set(new Uint32Array(pixels.buffer)).size > 8;
	}).length`, &painted)
	if painted < 7 { // offset and jitter of two clocks, two histograms, Allan deviation; the delay takes a bucket
		t.Errorf("%d charts are drawn, want at least 7", painted)
	}
}

// histogramLabels checks that the axis of a histogram has no fractions of a sample, and that a
// narrow one, as on a phone, has more than one offset: a single 0 shows no scale.
func histogramLabels(t *testing.T, c *chromium, _ *demo) {
	var labels []string
	c.eval(`(async () => {
		const { histogramChart } = await import('/page/charts.js');
		const drawn = [], canvas = CanvasRenderingContext2D.prototype, fillText = canvas.fillText;
		const chart = histogramChart('test', 230, 'pulse');
		canvas.fillText = function (text, ...place) {
			if (chart.node.contains(this.canvas)) drawn.push(String(text)); // the page's own charts are drawn meanwhile
			return fillText.call(this, text, ...place);
		};
		document.body.append(chart.node);
		chart.node.style.width = '300px';
		chart.show([[-4e6, 0, 4e6], [3, 11, 4]], 'test');
		// The first drawing may be of another width: the browser reports that of the node later.
		for (let i = 0; i < 100 && !drawn.includes('2.5 ms'); i++) await new Promise(done => setTimeout(done, 100));
		canvas.fillText = fillText;
		chart.remove();
		chart.node.remove();
		return drawn;
	})()`, &labels)
	if !slices.Contains(labels, "10") {
		t.Errorf("no label of 10 samples: %q", labels)
	}
	offsets := 0
	for _, label := range labels {
		if label == "−2.5 ms" || label == "2.5 ms" {
			offsets++
		}
		if _, err := strconv.ParseFloat(label, 64); err == nil && strings.Contains(label, ".") {
			t.Errorf("the label of %s samples", label)
		}
	}
	if offsets < 2 {
		t.Errorf("a narrow histogram has too few offsets: %q", labels)
	}
}

// ladderMatches checks the steps of the last second: a pulse, then sentences, then a sample.
func ladderMatches(t *testing.T, c *chromium, _ *demo) {
	var steps []string
	c.wait("the ladder", func() bool {
		c.eval("[...document.querySelectorAll('#ladders ol li')].map(li => li.textContent)", &steps)
		return len(steps) > 4
	})
	at := func(prefix string) int {
		return slices.IndexFunc(steps, func(s string) bool { return strings.HasPrefix(s, prefix) })
	}
	if pulse, first, sentence := at("Pulse:"), at("First byte:"), at("GN"); pulse != 0 || first != 1 || sentence < 2 || at("Published:") < 0 {
		t.Errorf("the steps are %q", steps)
	}
	var rungs int
	c.eval("document.querySelectorAll('#ladders .ladder-rung').length", &rungs)
	if rungs != len(steps) {
		t.Errorf("%d rungs for %d steps", rungs, len(steps))
	}
}

// skyMatches checks the satellites in the plot and in the table against the report.
func skyMatches(t *testing.T, c *chromium, d *demo) {
	sky := d.report().Clocks[0].Receiver.Sky
	if len(sky) < 5 {
		t.Fatalf("the report has %d satellites", len(sky))
	}
	var used int
	for _, s := range sky {
		if s.Used {
			used++
		}
	}
	var shown struct{ Plot, Used, Bars, Rows int }
	c.wait("the satellites of the report", func() bool {
		c.eval(`({Plot: document.querySelectorAll('#skies .satellite').length, Used: document.querySelectorAll('#skies .satellite.used').length,
			Bars: document.querySelectorAll('#skies .signal').length, Rows: document.querySelectorAll('#skies tbody tr').length})`, &shown)
		return shown.Plot == len(sky) && shown.Used == used && shown.Bars == len(sky) && shown.Rows == len(sky)
	})
}

func keyboardZooms(t *testing.T, c *chromium, _ *demo) {
	reset := func() (enabled bool) {
		c.eval("!document.querySelector('#reset').disabled", &enabled)
		return enabled
	}
	c.eval("document.querySelector('#charts .chart').focus()", nil)
	for _, keys := range []struct {
		key    string
		zoomed bool
	}{{"+", true}, {"ArrowLeft", true}, {"0", false}, {"+", true}, {"Escape", false}} {
		c.press(keys.key)
		c.wait("the key "+keys.key, func() bool { return reset() == keys.zoomed })
	}
}

// skipLink checks that the first tab goes to the link that skips the bar.
func skipLink(t *testing.T, c *chromium, _ *demo) {
	focused := func() (id string) {
		c.eval("document.activeElement.id || document.activeElement.className", &id)
		return id
	}
	c.press("Tab")
	if got := focused(); got != "skip" {
		t.Errorf("the first tab goes to %q", got)
	}
	c.press("Enter")
	c.wait("the main part has the focus", func() bool { return focused() == "main" })
}

func dayShown(_ *testing.T, c *chromium, _ *demo) {
	c.eval("document.querySelector('#span-24h').click()", nil)
	c.until("24 h is chosen", "document.querySelector('#span-24h').getAttribute('aria-pressed') === 'true' && document.querySelector('#charts canvas')")
	c.eval("document.querySelector('#span-1h').click()", nil)
	c.until("1 h is chosen", "document.querySelector('#span-1h').getAttribute('aria-pressed') === 'true' && document.querySelector('#charts canvas')")
}

// quietForScreenReaders checks that three seconds of samples change no text that is spoken.
func quietForScreenReaders(t *testing.T, c *chromium, _ *demo) {
	var changes int
	c.eval(`new Promise(done => {
		let changes = 0, samples = 0;
		const live = new MutationObserver(list => changes += list.length);
		for (const node of document.querySelectorAll('[aria-live], [role=status], [role=alert], [role=log]')) live.observe(node, {childList: true, characterData: true, subtree: true, attributes: true});
		new MutationObserver(() => { if (++samples === 4) done(changes); }).observe(document.querySelector('#clocks .clock [value]').parentNode, {childList: true, characterData: true, subtree: true, attributes: true});
	})`, &changes)
	if changes > 0 {
		t.Errorf("%d changes are spoken although the state is the same", changes)
	}
}

// tooManyViewers checks that the page asks for reports while other viewers have all the places
// for events, says so, and has events again once there is a place.
func tooManyViewers(t *testing.T, c *chromium, d *demo) {
	var others []io.Closer
	leave := func() {
		for _, other := range others {
			other.Close()
		}
		others = nil
	}
	defer leave()
	// The page gives up its own place as well.
	c.do("Page.navigate", map[string]any{"url": "about:blank"})
	c.wait("all places are taken", func() bool {
		answer, err := http.Get("http://" + d.address + "/api/events")
		if err != nil {
			t.Fatal(err)
		}
		others = append(others, answer.Body)
		return answer.StatusCode == http.StatusServiceUnavailable
	})
	c.do("Page.navigate", map[string]any{"url": "http://" + d.address + "/"})
	c.until("the page is there", "document.querySelector('#stale')") // while it loads, a part of it is
	c.until("the page says that it has no events", "!document.querySelector('#stale').hidden && document.querySelector('#stale').textContent.includes('too many viewers')")
	c.until("the data is not old", "!document.body.classList.contains('old')")
	c.until("the charts have the history", "document.querySelectorAll('#figures tbody tr').length === 2 && document.querySelector('#charts canvas')")
	samplesMove(t, c, d)
	leave()
	c.until("the page has events again", "document.querySelector('#stale').hidden")
	samplesMove(t, c, d)
}

func survivesRestart(t *testing.T, c *chromium, d *demo) {
	before := d.report()
	var rows int
	c.eval("document.querySelectorAll('#events .event').length", &rows)
	d.kill()
	c.until("the page says that it is old", "!document.querySelector('#stale').hidden")
	if text := c.text("#stale"); !strings.HasPrefix(text, "The data is ") || !strings.HasSuffix(text, " s old: no connection to refclock; it reconnects by itself.") {
		t.Errorf("it says %q", text)
	}
	d.start()
	c.wait("the page shows the new process", func() bool {
		return strings.Contains(c.text("#daemon"), fmt.Sprintf("process %d,", d.cmd.Process.Pid)) && !strings.Contains(c.text("#daemon"), fmt.Sprintf("process %d,", before.PID))
	})
	c.until("it is no longer old", "document.querySelector('#stale').hidden")
	d.await(c)
	c.until("both publish again", "[...document.querySelectorAll('#clocks .clock')].every(card => card.dataset.level === 'good')")
	samplesMove(t, c, d)
	var now int
	c.eval("document.querySelectorAll('#events .event').length", &now)
	if now <= rows {
		t.Errorf("the log has %d events after the restart, %d before: it forgot the earlier daemon", now, rows)
	}
}

var (
	widths = []int{360, 800, 1600}
	themes = []string{"light", "dark"}
)

// accessible runs axe in each width and theme.
func accessible(t *testing.T, c *chromium, _ *demo) {
	path := os.Getenv("REFCLOCK_AXE")
	if path == "" {
		t.Skip("REFCLOCK_AXE does not name axe.min.js: make try-page fetches it")
	}
	script, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c.eval(string(script)+"; true", nil)
	c.eval("for (const d of document.querySelectorAll('details')) d.open = true", nil)
	for _, theme := range themes {
		for _, width := range widths {
			c.resize(width, 900, theme)
			var found struct {
				Version    string   `json:"version"`
				Passes     int      `json:"passes"`
				Violations []string `json:"violations"`
			}
			c.eval(`axe.run(document, {resultTypes: ['violations']}).then(r => ({version: r.testEngine.version, passes: r.passes.length,
				violations: r.violations.map(v => v.id + ': ' + v.help + ': ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.any.map(a => a.message).join('; ')).slice(0, 5).join(' | '))}))`, &found)
			for _, violation := range found.Violations {
				t.Errorf("%s at %d px: %s", theme, width, violation)
			}
			t.Logf("axe %s, %s at %d px: %d rules pass, %d violations", found.Version, theme, width, found.Passes, len(found.Violations))
		}
	}
	c.eval("for (const d of document.querySelectorAll('details')) d.open = false", nil)
}

// screenshots checks that nothing is wider than the screen, and writes pictures if a folder is set.
func screenshots(t *testing.T, c *chromium, _ *demo) {
	folder := os.Getenv("REFCLOCK_SCREENSHOTS")
	c.eval("document.activeElement.blur()", nil)
	for _, theme := range themes {
		for _, width := range widths {
			c.resize(width, 900, theme)
			var size struct{ W, H int }
			c.eval("({W: document.documentElement.scrollWidth, H: document.documentElement.scrollHeight})", &size)
			if size.W > width {
				t.Errorf("%s at %d px: the page is %d px wide", theme, width, size.W)
			}
			if folder == "" {
				continue
			}
			c.resize(width, size.H, theme)
			c.eval("new Promise(done => setTimeout(done, 1200))", nil) // the charts take the new width, and a second is drawn
			name := filepath.Join(folder, fmt.Sprintf("page-%d-%s.png", width, theme))
			if err := os.WriteFile(name, c.screenshot(), 0o644); err != nil {
				t.Fatal(err)
			}
			t.Log(name)
		}
	}
}

// noErrors checks that the page asked no other origin, and that the browser found no fault,
// such as a violation of the Content-Security-Policy. While refclock is away, requests fail.
func noErrors(t *testing.T, c *chromium, d *demo) {
	hosts := map[string]int{}
	for _, text := range c.seen("Network.requestWillBeSent") {
		var sent struct {
			Request struct {
				URL string `json:"url"`
			} `json:"request"`
		}
		if err := json.Unmarshal(text, &sent); err != nil {
			t.Fatal(err)
		}
		origin, _, _ := strings.Cut(strings.TrimPrefix(sent.Request.URL, "http://"), "/")
		hosts[origin]++
	}
	delete(hosts, "about:blank")
	if len(hosts) != 1 || hosts[d.address] == 0 {
		t.Errorf("the page asked %v, want only %s", slices.Sorted(maps.Keys(hosts)), d.address)
	}
	for _, text := range c.seen("Runtime.exceptionThrown") {
		t.Errorf("exception: %s", text)
	}
	for _, text := range c.seen("Log.entryAdded") {
		var logged struct {
			Entry struct{ Source, Level, Text string } `json:"entry"`
		}
		if err := json.Unmarshal(text, &logged); err != nil {
			t.Fatal(err)
		}
		if e := logged.Entry; e.Level == "error" && e.Source != "network" {
			t.Errorf("%s: %s", e.Source, e.Text)
		}
	}
}
