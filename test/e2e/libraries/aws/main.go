// Command aws talks through aws-sdk-go-v2 to services of its own: it puts and gets
// objects, sends a message, and reads a table.
package main

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"example.com/libraries/internal/work"
)

// instrument is for the build by hand.
var instrument = func(*aws.Config) {}

// serve answers as the services do.
func serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("X-Amzn-Requestid", "request-1")
	w.Header().Set("X-Amz-Request-Id", "request-1")
	_, target, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	switch {
	case r.Header.Get("Traceparent") == "":
		w.WriteHeader(http.StatusTeapot)
	case target == "SendMessage":
		var message struct{ MessageBody string }
		_ = json.Unmarshal(body, &message)
		sum := md5.Sum([]byte(message.MessageBody))
		fmt.Fprintf(w, `{"MessageId":"m-1","MD5OfMessageBody":"%s"}`, hex.EncodeToString(sum[:]))
	case target == "GetItem" && strings.Contains(string(body), "absent"):
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no such table"}`)
	case target == "GetItem":
		fmt.Fprint(w, `{"Item":{"id":{"S":"1"}}}`)
	case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/absent"):
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>`)
	}
}

func main() {
	_, url := work.Serve(http.HandlerFunc(serve))
	cfg := aws.Config{
		Region:           "eu-west-1",
		BaseEndpoint:     aws.String(url),
		RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "id", SecretAccessKey: "secret"}, nil
		}),
	}
	instrument(&cfg)
	objects := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	queue := sqs.NewFromConfig(cfg)
	tables := dynamodb.NewFromConfig(cfg)
	work.Main(func(ctx context.Context) error {
		if _, err := objects.PutObject(work.Detached(ctx), &s3.PutObjectInput{
			Bucket: aws.String("shop"), Key: aws.String("order"), Body: strings.NewReader("one book")}); err != nil {
			return err
		}
		var absent *s3types.NoSuchKey
		if _, err := objects.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("shop"), Key: aws.String("absent")}); !errors.As(err, &absent) {
			return fmt.Errorf("expected that there is no such key, not %v", err)
		}
		if _, err := queue.SendMessage(ctx, &sqs.SendMessageInput{
			QueueUrl: aws.String(url + "/1/orders"), MessageBody: aws.String("secret")}); err != nil {
			return err
		}
		key := map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "secret"}}
		if _, err := tables.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("orders"), Key: key}); err != nil {
			return err
		}
		var missing *types.ResourceNotFoundException
		if _, err := tables.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("absent"), Key: key}); !errors.As(err, &missing) {
			return fmt.Errorf("expected that there is no such table, not %v", err)
		}
		return nil
	})
}
