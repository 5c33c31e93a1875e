package web

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// mostBytes is the size of the page with its chart library, without compression.
const mostBytes = 150_000

// eachPageFile calls a function for each file of the page.
func eachPageFile(t *testing.T, each func(name string, text []byte)) {
	t.Helper()
	files := os.DirFS("page")
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err == nil {
			each(name, text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPageSize(t *testing.T) {
	var total int
	eachPageFile(t, func(_ string, text []byte) { total += len(text) })
	if total == 0 || total > mostBytes {
		t.Errorf("the page has %d bytes, want at most %d", total, mostBytes)
	}
	t.Logf("%d bytes", total)
}

// elsewhere matches what could make a browser ask another origin: an address with a host.
var elsewhere = regexp.MustCompile(`(?i)(?:\b[a-z][a-z0-9+.-]*:)?//[a-z0-9][^\s"'<>)]*`)

// names of things that no browser asks for.
var namesOnly = []string{
	"http://www.w3.org/2000/svg",        // the name of SVG
	"https://github.com/leeoniya/uPlot", // in the comment at the head of uPlot
}

// references returns the addresses with a host in a file.
func references(text string) (found []string) {
	for _, line := range strings.Split(text, "\n") {
		for _, at := range elsewhere.FindAllStringIndex(line, -1) {
			address := line[at[0]:at[1]]
			if !allowed(address) {
				found = append(found, address)
			}
		}
	}
	return found
}

func allowed(address string) bool {
	for _, name := range namesOnly {
		if address == name {
			return true
		}
	}
	return false
}

// The page works without a network.
func TestPageRefersToNoOtherOrigin(t *testing.T) {
	eachPageFile(t, func(name string, text []byte) {
		if name == "uplot/VERSION" || name == "uplot/LICENSE" { // no browser reads them
			return
		}
		for _, address := range references(string(text)) {
			t.Errorf("%s refers to %s", name, address)
		}
	})
	for _, bad := range []string{`<script src="https://cdn.example.org/x.js">`, `@import url(//fonts.example.org/a.css);`, `new WebSocket("ws://example.org/")`} {
		if len(references(bad)) == 0 {
			t.Errorf("%s is not found", bad)
		}
	}
}

// inline matches what the Content-Security-Policy of the page refuses.
var inline = regexp.MustCompile(`(?i)\sstyle\s*=|\son[a-z]+\s*=\s*"|<style|javascript:|<script(?:\s+(?:type|defer|async)(?:="[^"]*")?)*\s*>`)

func TestPageHasNoInlineCode(t *testing.T) {
	html, err := os.ReadFile("page/index.html")
	if err != nil {
		t.Fatal(err)
	}
	if found := inline.FindString(string(html)); found != "" {
		t.Errorf("index.html has inline code or style: %q", found)
	}
	for _, bad := range []string{`<p style="color:red">`, `<a onclick="x()">`, `<script>x()</script>`, `<script type="module">`} {
		if !inline.MatchString(bad) {
			t.Errorf("%s is not found", bad)
		}
	}
}

// parsesHTML matches the ways in which a script makes markup from text, or sets style attributes.
var parsesHTML = regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\(|new Function|setAttribute\("style"`)

// Texts from the daemon stay texts.
func TestPageParsesNoText(t *testing.T) {
	eachPageFile(t, func(name string, text []byte) {
		if filepath.Ext(name) != ".js" || strings.HasPrefix(name, "uplot/") {
			return
		}
		if found := parsesHTML.Find(text); found != nil {
			t.Errorf("%s uses %s", name, found)
		}
	})
}

func TestVendoredVersion(t *testing.T) {
	version, err := os.ReadFile("page/uplot/VERSION")
	if err != nil {
		t.Fatal(err)
	}
	name, _, _ := strings.Cut(string(version), "\n")
	script, err := os.ReadFile("page/uplot/uPlot.iife.min.js")
	if err != nil {
		t.Fatal(err)
	}
	number := strings.TrimPrefix(name, "uPlot ")
	if head, _, _ := strings.Cut(string(script), "\n"); number == name || !strings.Contains(head, "(v"+number+")") {
		t.Errorf("VERSION names %q, the script begins with %q", name, head)
	}
	if licence, err := os.ReadFile("page/uplot/LICENSE"); err != nil || !strings.Contains(string(licence), "MIT License") {
		t.Errorf("the licence of uPlot: %v", err)
	}
}

// The modules without a page have tests in JavaScript.
func TestPageModules(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed: apt install nodejs")
	}
	tests, err := filepath.Glob("testdata/*_test.mjs")
	if err != nil || len(tests) == 0 {
		t.Fatalf("no tests in testdata: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, node, append([]string{"--test", "--test-reporter=spec"}, tests...)...).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
