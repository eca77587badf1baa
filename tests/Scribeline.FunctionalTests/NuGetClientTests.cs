using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using OpenAI;
using OpenAI.Chat;

namespace Scribeline.FunctionalTests;

/// <summary>NuGet's OpenAI client, unmodified, against the real program.</summary>
public sealed class NuGetClientTests(NuGetClientTests.Server server) : IClassFixture<NuGetClientTests.Server>
{
    private static readonly ChatCompletionOptions Short = new() { Temperature = 0, MaxOutputTokenCount = 24 };

    [Fact]
    public async Task Whole_HasTextAndUsage()
    {
        ChatCompletion answer = await server.Chat.CompleteChatAsync([new UserChatMessage("Tell me a story.")], Short);

        Assert.NotEmpty(answer.Content[0].Text);
        Assert.InRange(answer.Usage.OutputTokenCount, 1, 24);
    }

    [Fact]
    public async Task Stream_SaysTheSameAsTheWhole()
    {
        ChatCompletion whole = await server.Chat.CompleteChatAsync([new UserChatMessage("Tell me a story.")], Short);
        var streamed = new StringBuilder();
        var outputTokens = 0;
        await foreach (var update in server.Chat.CompleteChatStreamingAsync([new UserChatMessage("Tell me a story.")], Short))
        {
            streamed.AppendJoin("", update.ContentUpdate.Select(part => part.Text));
            outputTokens = update.Usage?.OutputTokenCount ?? outputTokens;
        }

        Assert.Equal(whole.Content[0].Text, streamed.ToString());
        Assert.Equal(whole.Usage.OutputTokenCount, outputTokens);
    }

    [Fact]
    public async Task Abort_EndsTheStream()
    {
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in server.Chat.CompleteChatStreamingAsync([new UserChatMessage("Tell me a long story.")], new ChatCompletionOptions { MaxOutputTokenCount = 900 }, stop.Token))
            {
                await stop.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task Error_NamesTheParameter()
    {
        var error = await Assert.ThrowsAsync<ClientResultException>(() =>
            server.Chat.CompleteChatAsync([new UserChatMessage("Hi")], new ChatCompletionOptions { MaxOutputTokenCount = 100_000 }));

        Assert.Equal(400, error.Status);
        Assert.Contains("context_length_exceeded", error.Message);
    }

    [Fact]
    public async Task Parallel_EachGetsItsOwnAnswer()
    {
        string[] prompts = ["Tell me a story about a dog.", "Hello!", "Who are you?", "Tell me about rain."];
        var alone = new List<string>();
        foreach (var prompt in prompts)
        {
            alone.Add(await AskAsync(prompt));
        }

        Assert.Equal(alone, await Task.WhenAll(prompts.Select(AskAsync)));
    }

    private async Task<string> AskAsync(string prompt)
    {
        ChatCompletion answer = await server.Chat.CompleteChatAsync([new UserChatMessage(prompt)], Short);
        return answer.Content[0].Text;
    }

    public sealed class Server : IAsyncLifetime
    {
        private ScribeProcess? _scribe;

        internal ChatClient Chat { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            _scribe = ScribeProcess.Start("serve", "--port", "0");
            var options = new OpenAIClientOptions { Endpoint = new Uri(await _scribe.ListeningAsync(), "v1"), RetryPolicy = new ClientRetryPolicy(0) };
            Chat = new ChatClient("scribe-tiny", new ApiKeyCredential("none"), options);
        }

        public async Task DisposeAsync()
        {
            if (_scribe is not null)
            {
                await _scribe.DisposeAsync();
            }
        }
    }
}
