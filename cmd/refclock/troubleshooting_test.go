package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/refclock/refclock/driver/htntp"
	"github.com/refclock/refclock/nmea"
)

// Each reason for which a clock does not feed, or a web server is left out, has its
// chapter in the book of troubles, and each chapter is about a reason that there is.
func TestTroubleshooting(t *testing.T) {
	const book = "../../docs/troubleshooting.md"
	text, err := os.ReadFile(book)
	if err != nil {
		t.Fatal(err)
	}
	chapters := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if title, ok := strings.CutPrefix(line, "### "); ok {
			chapters[strings.TrimSpace(title)] = true
		}
	}
	drivers, err := filepath.Glob("../../driver/*") // and files, in which no file lies
	if err != nil || len(drivers) < 3 {
		t.Fatalf("the drivers are not found: %q, %v", drivers, err)
	}
	parts, err := filepath.Glob("../../driver/gps/*")
	if err != nil || len(parts) < 3 {
		t.Fatalf("the packages of the gps driver are not found: %q, %v", parts, err)
	}
	reasons := writtenReasons(t, slices.Concat(drivers, parts, []string{"../../driver", "../../internal/daemon"})...)
	for r := nmea.Valid + 1; r <= nmea.FarDate; r++ {
		reasons[r.String()] = true
	}
	for s := htntp.Pending + 1; s < htntp.Excluded; s++ {
		reasons[s.String()] = s != htntp.Agrees
	}
	if len(reasons) < 60 {
		t.Fatalf("only %d reasons found: %v", len(reasons), reasons)
	}
	for r, bad := range reasons {
		if bad && !chapters[r] {
			t.Errorf("%s has no chapter %q", book, "### "+r)
		}
	}
	for c := range chapters {
		if !reasons[c] {
			t.Errorf("%s: no reason %q exists", book, c)
		}
	}
}

// writtenReasons finds every reason that stands in the sources of these folders as a
// text or a constant, wherever it is made: the Reason of a state, and the Text of a Reason.
func writtenReasons(t *testing.T, folders ...string) map[string]bool {
	t.Helper()
	reasons := map[string]bool{}
	note := func(value ast.Expr) bool {
		if name, ok := value.(*ast.Ident); ok && name.Obj != nil {
			if constant, ok := name.Obj.Decl.(*ast.ValueSpec); ok && len(constant.Values) == 1 {
				value = constant.Values[0]
			}
		}
		text, isText := value.(*ast.BasicLit)
		if !isText {
			return false
		}
		reason, err := strconv.Unquote(text.Value)
		if err != nil {
			t.Fatal(err)
		}
		reasons[reason] = true
		return true
	}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CompositeLit: // Reason{Text: "..."}
					if kind, ok := n.Type.(*ast.Ident); ok && kind.Name == "Reason" {
						for _, field := range n.Elts {
							if field, ok := field.(*ast.KeyValueExpr); ok && isNamed(field.Key, "Text") && !note(field.Value) {
								t.Errorf("%v: expected a reason in words, which a chapter can have as its title", files.Position(field.Pos()))
							}
						}
					}
				case *ast.KeyValueExpr: // driver.State{Reason: "..."}
					if isNamed(n.Key, "Reason") {
						note(n.Value)
					}
				case *ast.AssignStmt: // s.Reason = "..."
					for i, to := range n.Lhs {
						if field, ok := to.(*ast.SelectorExpr); ok && isNamed(field.Sel, "Reason") && len(n.Rhs) == len(n.Lhs) {
							note(n.Rhs[i])
						}
					}
				}
				return true
			})
		}
	}
	return reasons
}

func isNamed(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}
