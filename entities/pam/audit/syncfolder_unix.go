//go:build unix

package audit

import (
	"errors"
	"os"
)

// syncFolder makes a new file's name as safe as its contents.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
