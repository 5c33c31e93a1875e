package gps

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/refclock/refclock/nmea"
)

// Each reason for which a receiver's clock does not feed has its chapter in the book
// of troubles, and each chapter is about a reason that there is.
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
	reasons := writtenReasons(t, ".", "..")
	for r := nmea.Valid + 1; r <= nmea.FarDate; r++ {
		reasons[r.String()] = true
	}
	if len(reasons) < 25 {
		t.Fatalf("only %d reasons found: %v", len(reasons), reasons)
	}
	for r := range reasons {
		if !chapters[r] {
			t.Errorf("%s has no chapter %q", book, "### "+r)
		}
	}
	for c := range chapters {
		if !reasons[c] {
			t.Errorf("%s: no reason %q exists", book, c)
		}
	}
}

// writtenReasons finds every Reason that stands in the sources of these folders as a
// text, wherever it is made.
func writtenReasons(t *testing.T, folders ...string) map[string]bool {
	t.Helper()
	reasons := map[string]bool{}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			note := func(name *ast.Ident, value ast.Expr) {
				text, isText := value.(*ast.BasicLit)
				if name == nil || name.Name != "Reason" || !isText {
					return
				}
				reason, err := strconv.Unquote(text.Value)
				if err != nil {
					t.Fatal(err)
				}
				reasons[reason] = true
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.KeyValueExpr: // driver.State{Reason: "..."}
					name, _ := n.Key.(*ast.Ident)
					note(name, n.Value)
				case *ast.AssignStmt: // s.Reason = "..."
					if field, ok := n.Lhs[0].(*ast.SelectorExpr); ok {
						note(field.Sel, n.Rhs[0])
					}
				}
				return true
			})
		}
	}
	return reasons
}
