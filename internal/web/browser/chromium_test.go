package browser

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// A chromium is a browser without a window, with one tab, driven by the DevTools protocol over
// a pair of pipes.
type chromium struct {
	t       *testing.T
	in      io.WriteCloser
	session string

	mu      sync.Mutex // protects the fields below
	last    int
	waiting map[int]chan reply
	events  []event
	ended   error
}

// A reply is the answer to a command.
type reply struct {
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// An event is a message that answers no command.
type event struct {
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// programs are the names of the browser in Debian and elsewhere.
var programs = []string{"chromium", "chromium-browser", "google-chrome"}

// findBrowser returns the path of the browser, or skips the test.
func findBrowser(t *testing.T) string {
	t.Helper()
	for _, name := range programs {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	leaveOut(t, "no browser: apt install chromium")
	return ""
}

// leaveOut skips the test, unless make try-page requires it.
func leaveOut(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv("REFCLOCK_REQUIRE_BROWSER") != "" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}

// startBrowser starts the browser with an empty tab. It can reach this machine only.
func startBrowser(t *testing.T) *chromium {
	t.Helper()
	path := findBrowser(t)
	commands, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, answers, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--hide-scrollbars",
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
		"--remote-debugging-pipe", "--user-data-dir="+t.TempDir(), "about:blank")
	cmd.ExtraFiles = []*os.File{commands, answers} // descriptors 3 and 4
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	commands.Close()
	answers.Close()
	c := &chromium{t: t, in: in, waiting: map[int]chan reply{}}
	read := make(chan struct{})
	go func() {
		defer close(read)
		c.read(out)
	}()
	t.Cleanup(func() {
		c.send("", "Browser.close", nil)
		in.Close()
		stop(cmd)
		<-read
		out.Close()
		if t.Failed() {
			t.Logf("%s: %s", path, said.String())
		}
	})
	c.openTab()
	return c
}

// stop waits for a browser that was told to end, and kills it if it does not.
func stop(cmd *exec.Cmd) {
	late := time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() })
	defer late.Stop()
	cmd.Wait()
}

// openTab opens the tab that the other commands are for.
func (c *chromium) openTab() {
	var target struct {
		ID string `json:"targetId"`
	}
	c.must("", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct {
		Session string `json:"sessionId"`
	}
	c.must("", "Target.attachToTarget", map[string]any{"targetId": target.ID, "flatten": true}, &attached)
	c.session = attached.Session
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		c.do(domain+".enable", nil)
	}
}

// read takes messages, which end with a zero byte, until the browser ends.
func (c *chromium) read(r io.Reader) {
	var left []byte
	buffer := make([]byte, 1<<16)
	for {
		n, err := r.Read(buffer)
		left = append(left, buffer[:n]...)
		for {
			text, rest, found := bytes.Cut(left, []byte{0})
			if !found {
				break
			}
			c.take(text)
			left = rest
		}
		if err != nil {
			c.end(err)
			return
		}
	}
}

func (c *chromium) take(text []byte) {
	var message struct {
		ID int `json:"id"`
		event
		reply
	}
	if err := json.Unmarshal(text, &message); err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if message.ID == 0 {
		c.events = append(c.events, message.event)
		return
	}
	if answer, ok := c.waiting[message.ID]; ok {
		delete(c.waiting, message.ID)
		answer <- message.reply
	}
}

// end lets no command wait for a browser that has ended.
func (c *chromium) end(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = fmt.Errorf("the browser has ended: %w", err)
	for id, answer := range c.waiting {
		delete(c.waiting, id)
		close(answer)
	}
}

// send sends a command and returns its answer.
func (c *chromium) send(session, method string, params any) (json.RawMessage, error) {
	answer := make(chan reply, 1)
	c.mu.Lock()
	if c.ended != nil {
		defer c.mu.Unlock()
		return nil, c.ended
	}
	c.last++
	id := c.last
	c.waiting[id] = answer
	c.mu.Unlock()

	command := map[string]any{"id": id, "method": method}
	if params != nil {
		command["params"] = params
	}
	if session != "" {
		command["sessionId"] = session
	}
	text, err := json.Marshal(command)
	if err != nil {
		return nil, err
	}
	if _, err := c.in.Write(append(text, 0)); err != nil {
		return nil, err
	}
	select {
	case r, ok := <-answer:
		switch {
		case !ok:
			return nil, c.ended
		case r.Error != nil:
			return nil, errors.New(method + ": " + r.Error.Message)
		}
		return r.Result, nil
	case <-time.After(longEnough):
		return nil, fmt.Errorf("%s: no answer in %v", method, longEnough)
	}
}

// must sends a command, and decodes its answer unless into is nil.
func (c *chromium) must(session, method string, params, into any) {
	c.t.Helper()
	text, err := c.send(session, method, params)
	if err == nil && into != nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// do sends a command to the tab.
func (c *chromium) do(method string, params any) {
	c.t.Helper()
	c.must(c.session, method, params, nil)
}

// eval evaluates an expression in the page, waits for its promise, and decodes its value.
func (c *chromium) eval(expression string, into any) {
	c.t.Helper()
	var answer struct {
		Result struct {
			Value json.RawMessage `json:"value"`
		} `json:"result"`
		Exception *struct {
			Text      string `json:"text"`
			Exception struct {
				Description string `json:"description"`
			} `json:"exception"`
		} `json:"exceptionDetails"`
	}
	c.must(c.session, "Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &answer)
	if e := answer.Exception; e != nil {
		c.t.Fatalf("%.200s: %s %s", expression, e.Text, e.Exception.Description)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(answer.Result.Value, into); err != nil {
		c.t.Fatalf("%.200s: %v: %s", expression, err, answer.Result.Value)
	}
}

// text returns the text of the first element that matches a selector; empty without one.
func (c *chromium) text(selector string) (s string) {
	c.t.Helper()
	c.eval(fmt.Sprintf("document.querySelector(%q)?.textContent ?? ''", selector), &s)
	return strings.NewReplacer("\u00a0", " ", "\u2212", "-").Replace(s)
}

// until evaluates an expression again and again, until it is true.
func (c *chromium) until(what, expression string) {
	c.t.Helper()
	c.wait(what, func() (ok bool) {
		c.eval("Boolean("+expression+")", &ok)
		return ok
	})
}

// wait repeats a check until it holds.
func (c *chromium) wait(what string, check func() bool) {
	c.t.Helper()
	for end := time.Now().Add(longEnough); !check(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			c.t.Fatalf("%s: not in %v; the page says %q", what, longEnough, c.text("#truth"))
		}
	}
}

// press presses a key.
func (c *chromium) press(key string) {
	c.t.Helper()
	down := map[string]any{"type": "keyDown", "key": key, "windowsVirtualKeyCode": keyCodes[key]}
	if key == "Enter" {
		down["text"] = "\r"
	}
	c.do("Input.dispatchKeyEvent", down)
	c.do("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key, "windowsVirtualKeyCode": keyCodes[key]})
}

// keyCodes has the keys that the browser acts on itself.
var keyCodes = map[string]int{"Tab": 9, "Enter": 13}

// resize sets the size of the page in pixels and its theme, light or dark.
func (c *chromium) resize(width, height int, theme string) {
	c.t.Helper()
	c.do("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": theme}}})
	c.do("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false})
	c.eval("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))", nil)
}

// screenshot returns a picture of the page as PNG.
func (c *chromium) screenshot() []byte {
	c.t.Helper()
	var shot struct {
		Data string `json:"data"`
	}
	c.must(c.session, "Page.captureScreenshot", map[string]any{"format": "png"}, &shot)
	picture, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		c.t.Fatal(err)
	}
	return picture
}

// seen returns the events of a kind so far.
func (c *chromium) seen(method string) (found []json.RawMessage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.events {
		if e.Method == method {
			found = append(found, e.Params)
		}
	}
	return found
}
