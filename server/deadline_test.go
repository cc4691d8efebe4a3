package server

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestRequestContext holds the lazy deadline to the rules of context.Context.
func TestRequestContext(t *testing.T) {
	type key struct{}
	begin := func() (*requestContext, context.CancelFunc) {
		parent, cancel := context.WithCancel(context.WithValue(context.Background(), key{}, "v"))
		return &requestContext{Context: parent, exchange: &exchange{}, at: time.Now().Add(time.Minute)}, cancel
	}
	for _, tt := range []struct {
		name string
		run  func(t *testing.T, c *requestContext, cancel func())
	}{
		{"asked only", func(t *testing.T, c *requestContext, _ func()) {
			if c.Err() != nil {
				t.Error("begins well")
			}
			time.Sleep(time.Minute)
			if c.Err() != context.DeadlineExceeded || c.timed.Load() != nil {
				t.Errorf("Err %v, timer %v: the deadline is noticed without a timer", c.Err(), c.timed.Load())
			}
			<-c.Done()
			if c.Err() != context.DeadlineExceeded {
				t.Errorf("Err %v: does not change", c.Err())
			}
		}},
		{"waited for", func(t *testing.T, c *requestContext, _ func()) {
			<-c.Done()
			if at, ok := c.Deadline(); time.Now() != at || !ok || c.Err() != context.DeadlineExceeded {
				t.Errorf("Err %v at %v", c.Err(), time.Now())
			}
		}},
		{"client leaves, asked", func(t *testing.T, c *requestContext, cancel func()) {
			cancel()
			if c.Err() != context.Canceled {
				t.Errorf("Err %v", c.Err())
			}
		}},
		{"client leaves, waited for", func(t *testing.T, c *requestContext, cancel func()) {
			done := c.Done()
			cancel()
			<-done
			if c.Err() != context.Canceled || c.Done() != done {
				t.Errorf("Err %v", c.Err())
			}
		}},
		{"children", func(t *testing.T, c *requestContext, cancel func()) {
			child, stop := context.WithCancel(c)
			defer stop()
			if child.Err() != nil || child.Value(key{}) != "v" || child.Value(exchangeKey{}) != c.exchange {
				t.Error("children see values")
			}
			cancel()
			<-child.Done()
			if child.Err() != context.Canceled {
				t.Errorf("Err %v", child.Err())
			}
		}},
		{"children at the deadline", func(t *testing.T, c *requestContext, cancel func()) {
			child, stop := context.WithTimeout(c, time.Hour)
			defer stop()
			<-child.Done()
			if at, _ := c.Deadline(); child.Err() != context.DeadlineExceeded || time.Now() != at {
				t.Errorf("Err %v at %v: the earlier deadline counts", child.Err(), time.Now())
			}
		}},
		{"after", func(t *testing.T, c *requestContext, cancel func()) {
			run := make(chan struct{})
			context.AfterFunc(c, func() { close(run) })
			cancel()
			<-run
		}},
		{"end", func(t *testing.T, c *requestContext, cancel func()) {
			done := c.Done()
			c.end()
			<-done
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, cancel := begin()
				defer cancel()
				tt.run(t, c, cancel)
				c.end()
			})
		})
	}
}
