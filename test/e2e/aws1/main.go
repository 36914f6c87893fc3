// Command aws1 calls a service through the first release of aws-sdk-go-v2. Its
// services fail with a core that is much newer than they are.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func main() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `<ListQueuesResponse><ListQueuesResult/></ListQueuesResponse>`)
	}))
	queues := sqs.New(sqs.Options{
		Region: "eu-west-1",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "id", SecretAccessKey: "secret"}, nil
		}),
		EndpointResolver: sqs.EndpointResolverFunc(func(string, sqs.EndpointResolverOptions) (aws.Endpoint, error) {
			return aws.Endpoint{URL: server.URL}, nil
		}),
	})
	if _, err := queues.ListQueues(context.Background(), &sqs.ListQueuesInput{}); err != nil {
		log.Fatal(err)
	}
}
