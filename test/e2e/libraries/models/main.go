// Command models asks models of a server of its own, which speaks the providers'
// APIs: models openai|anthropic|itself
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/anthropics/anthropic-sdk-go"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/option"
	"github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"

	"example.com/libraries/internal/work"
)

const (
	chat = `{"id":"c1","object":"chat.completion","model":"small-1","service_tier":"default","choices":[{"index":0,"finish_reason":"stop",
		"message":{"role":"assistant","content":"secret"}}],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}`
	chunks = `data: {"id":"c2","object":"chat.completion.chunk","model":"small-1","choices":[{"index":0,"delta":{"content":"secret"},"finish_reason":null}]}

data: {"id":"c2","object":"chat.completion.chunk","model":"small-1","choices":[{"index":0,"delta":{},"finish_reason":"length"}]}

data: {"id":"c2","object":"chat.completion.chunk","model":"small-1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":6,"total_tokens":9}}

data: [DONE]

`
	answered = `{"id":"r1","object":"response","model":"small-1","status":"completed","output":[],
		"usage":{"input_tokens":2,"input_tokens_details":{"cached_tokens":1},"output_tokens":4,"output_tokens_details":{"reasoning_tokens":3},"total_tokens":6}}`
	embedding = `{"object":"list","model":"tiny-1","data":[{"object":"embedding","index":0,"embedding":[0.5]}],"usage":{"prompt_tokens":7,"total_tokens":7}}`
	message   = `{"id":"m1","type":"message","role":"assistant","model":"claude-x-1","content":[{"type":"text","text":"secret"}],
		"stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":5,"cache_read_input_tokens":4}}`
	events = `event: message_start
data: {"type":"message_start","message":{"id":"m2","type":"message","role":"assistant","model":"claude-x-1","content":[],"usage":{"input_tokens":3,"output_tokens":1}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"secret"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":6}}

event: message_stop
data: {"type":"message_stop"}

`
)

func serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	stream := strings.Contains(string(body), `"stream":true`)
	status, text := http.StatusOK, ""
	switch {
	case strings.Contains(string(body), "absent"):
		status, text = http.StatusNotFound, `{"type":"error","error":{"message":"no such model","type":"not_found_error"}}`
	case strings.HasSuffix(r.URL.Path, "/chat/completions"):
		text = chat
		if stream {
			text = chunks
		}
	case strings.HasSuffix(r.URL.Path, "/responses"):
		text = answered
	case strings.HasSuffix(r.URL.Path, "/embeddings"):
		text = embedding
	case strings.HasSuffix(r.URL.Path, "/messages"):
		text = message
		if stream {
			text = events
		}
	}
	w.Header().Set("Content-Type", "application/json")
	if stream && status == http.StatusOK {
		w.Header().Set("Content-Type", "text/event-stream")
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() { _ = (&http.Server{Handler: http.HandlerFunc(serve)}).Serve(l) }()
	f := map[string]func(context.Context, string) error{"openai": askOpenAI, "anthropic": askAnthropic, "itself": askAnthropic}[os.Args[1]]
	work.Main(func(ctx context.Context) error { return f(ctx, "http://"+l.Addr().String()) })
}

func askOpenAI(ctx context.Context, url string) error {
	client := openai.NewClient(openaioption.WithBaseURL(url+"/v1/"), openaioption.WithAPIKey("k"))
	params := openai.ChatCompletionNewParams{Model: "small", MaxCompletionTokens: openai.Int(9), Temperature: openai.Float(0.5),
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("secret")}}
	got, err := client.Chat.Completions.New(work.Detached(ctx), params)
	if err != nil {
		return err
	}
	if got.Choices[0].Message.Content != "secret" {
		return errors.New("the answer has changed")
	}
	stream := client.Chat.Completions.NewStreaming(ctx, params)
	n := 0
	for stream.Next() {
		n++
	}
	if err := stream.Err(); err != nil || n != 3 {
		return fmt.Errorf("%d chunks, %w", n, err)
	}
	if _, err := client.Responses.New(ctx, responses.ResponseNewParams{Model: "small",
		Input: responses.ResponseNewParamsInputUnion{OfString: openai.String("secret")}}); err != nil {
		return err
	}
	if _, err := client.Embeddings.New(ctx, openai.EmbeddingNewParams{Model: "tiny",
		Input: openai.EmbeddingNewParamsInputUnion{OfString: openai.String("secret")}}); err != nil {
		return err
	}
	params.Model = "absent"
	if _, err := client.Chat.Completions.New(ctx, params); err == nil {
		return errors.New("expected an error")
	}
	return nil
}

func askAnthropic(ctx context.Context, url string) error {
	client := anthropic.NewClient(anthropicoption.WithBaseURL(url), anthropicoption.WithAPIKey("k"))
	params := anthropic.MessageNewParams{Model: "claude-x", MaxTokens: 9,
		Messages: []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock("secret"))}}
	got, err := client.Messages.New(work.Detached(ctx), params)
	if err != nil {
		return err
	}
	if got.Content[0].Text != "secret" {
		return errors.New("the answer has changed")
	}
	stream := client.Messages.NewStreaming(ctx, params)
	n := 0
	for stream.Next() {
		n++
	}
	if err := stream.Err(); err != nil || n != 6 {
		return fmt.Errorf("%d events, %w", n, err)
	}
	params.Model = "absent"
	if _, err := client.Messages.New(ctx, params); err == nil {
		return errors.New("expected an error")
	}
	return nil
}
