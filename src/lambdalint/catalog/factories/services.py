"""Constructors of clients of search engines, message brokers and web services."""

from __future__ import annotations

from lambdalint.catalog.factories.group import Group

SERVICES: tuple[Group, ...] = (
    Group(
        "search",
        "Elasticsearch client",
        "https://elasticsearch-py.readthedocs.io/en/stable/",
        "elasticsearch.Elasticsearch elasticsearch.client.Elasticsearch",
    ),
    Group(
        "search",
        "asynchronous Elasticsearch client",
        "https://elasticsearch-py.readthedocs.io/en/stable/async.html",
        "elasticsearch.AsyncElasticsearch",
        "async",
    ),
    Group(
        "search",
        "OpenSearch client",
        "https://opensearch-project.github.io/opensearch-py/",
        "opensearchpy.OpenSearch opensearchpy.client.OpenSearch",
    ),
    Group(
        "search",
        "asynchronous OpenSearch client",
        "https://opensearch-project.github.io/opensearch-py/",
        "opensearchpy.AsyncOpenSearch",
        "async",
    ),
    Group("search", "Pinecone client", "https://docs.pinecone.io/reference/sdks/python/overview", "pinecone.Pinecone"),
    Group("search", "Qdrant client", "https://python-client.qdrant.tech/", "qdrant_client.QdrantClient"),
    Group(
        "search",
        "asynchronous Qdrant client",
        "https://python-client.qdrant.tech/",
        "qdrant_client.AsyncQdrantClient",
        "async",
    ),
    Group(
        "queue",
        "Kafka client",
        "https://kafka-python.readthedocs.io/en/master/apidoc/modules.html",
        "kafka.KafkaProducer kafka.producer.KafkaProducer kafka.KafkaConsumer kafka.KafkaAdminClient "
        "kafka.admin.KafkaAdminClient kafka.consumer.KafkaConsumer",
        "connects",
    ),
    Group(
        "queue",
        "Kafka client",
        "https://docs.confluent.io/platform/current/clients/confluent-kafka-python/html/index.html",
        """confluent_kafka.Producer confluent_kafka.Consumer confluent_kafka.SerializingProducer
        confluent_kafka.DeserializingConsumer confluent_kafka.admin.AdminClient
        confluent_kafka.avro.AvroProducer confluent_kafka.schema_registry.SchemaRegistryClient""",
    ),
    Group(
        "queue",
        "asynchronous Kafka client",
        "https://aiokafka.readthedocs.io/en/stable/api.html",
        "aiokafka.AIOKafkaProducer aiokafka.AIOKafkaConsumer",
        "async",
    ),
    Group(
        "queue",
        "RabbitMQ connection",
        "https://pika.readthedocs.io/en/stable/modules/adapters/blocking.html",
        "pika.BlockingConnection pika.adapters.BlockingConnection pika.adapters.blocking_connection.BlockingConnection",
        "connects",
    ),
    Group(
        "queue",
        "MQTT client",
        "https://eclipse.dev/paho/files/paho.mqtt.python/html/client.html",
        "paho.mqtt.client.Client",
    ),
    Group(
        "sdk",
        "OpenAI client",
        "https://github.com/openai/openai-python",
        "openai.OpenAI openai.Client openai.AzureOpenAI openai.lib.azure.AzureOpenAI",
    ),
    Group(
        "sdk",
        "asynchronous OpenAI client",
        "https://github.com/openai/openai-python",
        "openai.AsyncOpenAI openai.AsyncClient openai.AsyncAzureOpenAI openai.lib.azure.AsyncAzureOpenAI",
        "async",
    ),
    Group(
        "sdk",
        "Anthropic client",
        "https://github.com/anthropics/anthropic-sdk-python",
        "anthropic.Anthropic anthropic.Client anthropic.AnthropicBedrock anthropic.AnthropicVertex",
    ),
    Group(
        "sdk",
        "asynchronous Anthropic client",
        "https://github.com/anthropics/anthropic-sdk-python",
        "anthropic.AsyncAnthropic anthropic.AsyncClient anthropic.AsyncAnthropicBedrock anthropic.AsyncAnthropicVertex",
        "async",
    ),
    Group(
        "sdk",
        "language model client",
        "https://python.langchain.com/api_reference/",
        """langchain_openai.ChatOpenAI langchain_openai.OpenAI langchain_openai.OpenAIEmbeddings
        langchain_openai.AzureChatOpenAI langchain_openai.AzureOpenAIEmbeddings
        langchain_aws.ChatBedrock langchain_aws.ChatBedrockConverse langchain_aws.BedrockLLM
        langchain_aws.BedrockEmbeddings langchain_anthropic.ChatAnthropic""",
    ),
    Group(
        "sdk",
        "Bedrock model client",
        "https://strandsagents.com/latest/documentation/docs/user-guide/concepts/model-providers/amazon-bedrock/",
        "strands.models.BedrockModel strands.models.bedrock.BedrockModel",
    ),
    Group("sdk", "Groq client", "https://github.com/groq/groq-python", "groq.Groq groq.Client"),
    Group(
        "sdk",
        "asynchronous Groq client",
        "https://github.com/groq/groq-python",
        "groq.AsyncGroq groq.AsyncClient",
        "async",
    ),
    Group("sdk", "Gemini client", "https://googleapis.github.io/python-genai/", "google.genai.Client"),
    Group(
        "sdk",
        "Slack client",
        "https://docs.slack.dev/tools/python-slack-sdk/web",
        """slack_sdk.WebClient slack_sdk.web.WebClient slack_sdk.web.client.WebClient
        slack_sdk.WebhookClient slack_sdk.webhook.WebhookClient slack_sdk.webhook.client.WebhookClient
        slack.WebClient""",
    ),
    Group(
        "sdk",
        "asynchronous Slack client",
        "https://docs.slack.dev/tools/python-slack-sdk/web",
        """slack_sdk.web.async_client.AsyncWebClient slack_sdk.webhook.async_client.AsyncWebhookClient""",
        "async",
    ),
    Group("sdk", "Stripe client", "https://github.com/stripe/stripe-python", "stripe.StripeClient"),
    Group(
        "sdk",
        "Twilio client",
        "https://www.twilio.com/docs/libraries/reference/twilio-python/",
        "twilio.rest.Client",
    ),
    Group(
        "sdk",
        "SendGrid client",
        "https://github.com/sendgrid/sendgrid-python",
        "sendgrid.SendGridAPIClient sendgrid.sendgrid.SendGridAPIClient",
    ),
    Group("sdk", "Vault client", "https://python-hvac.org/en/stable/overview.html", "hvac.Client hvac.v1.Client"),
    Group(
        "sdk",
        "LDAP connection",
        "https://ldap3.readthedocs.io/en/latest/connection.html",
        "ldap3.Connection ldap3.core.connection.Connection",
    ),
    Group(
        "sdk",
        "SSH client",
        "https://docs.paramiko.org/en/stable/api/client.html",
        "paramiko.SSHClient paramiko.client.SSHClient paramiko.Transport paramiko.transport.Transport",
    ),
    Group(
        "sdk",
        "SOAP client",
        "https://docs.python-zeep.org/en/master/client.html",
        "zeep.Client zeep.client.Client zeep.CachingClient",
        "connects",
    ),
    Group(
        "sdk",
        "Salesforce client",
        "https://simple-salesforce.readthedocs.io/en/latest/",
        "simple_salesforce.Salesforce simple_salesforce.api.Salesforce",
        "connects",
    ),
    Group(
        "sdk", "Supabase client", "https://supabase.com/docs/reference/python/initializing", "supabase.create_client"
    ),
    Group(
        "sdk",
        "Google API client",
        "https://googleapis.github.io/google-api-python-client/docs/start.html",
        "googleapiclient.discovery.build apiclient.discovery.build",
    ),
    Group(
        "sdk",
        "Azure credential",
        "https://learn.microsoft.com/en-us/python/api/azure-identity/azure.identity",
        "azure.identity.DefaultAzureCredential azure.identity.ClientSecretCredential",
    ),
)
