package interop

import (
	"os"
	"path/filepath"
	"testing"
)

// staged returns the path of a file of the stage.
func staged(name ...string) string {
	return filepath.Join(append([]string{os.Getenv(stageEnv)}, name...)...)
}

// scratch returns a new folder that only its owner can enter, as chronyd requires. Its name
// is short, because a socket's path may have at most 107 characters. It is removed with the
// stage.
func scratch(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func create(t *testing.T, path string) *os.File {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// read returns a file's text, "" if it does not exist yet.
func read(path string) string {
	text, _ := os.ReadFile(path)
	return string(text)
}
