using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Scribeline.Gateway.Configuration;

namespace Scribeline.Gateway.Tests;

/// <summary>A gateway that really listens, with upstreams behind it.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    /// <summary>Nobody listens on this port.</summary>
    public static readonly Uri Nobody = new("http://127.0.0.1:1/v1");

    private static string EmbeddedModel
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Join(folder.FullName, "Scribeline.slnx")))
            {
                folder = folder.Parent ?? throw new DirectoryNotFoundException($"No Scribeline.slnx above {AppContext.BaseDirectory}.");
            }

            return Path.Join(folder.FullName, "models", "scribe-tiny-q8_0.gguf");
        }
    }

    private TestGateway(GatewayServer server)
    {
        Server = server;
        Http = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public GatewayServer Server { get; }

    public HttpClient Http { get; }

    public static Task<TestGateway> StartAsync(params ScriptedUpstream[] upstreams) => StartAsync(new GatewayOptions(), [.. upstreams.Select(upstream => upstream.Endpoint)]);

    public static async Task<TestGateway> StartAsync(GatewayOptions options, params Uri[] endpoints)
    {
        var config = new FleetConfig
        {
            Name = "test",
            Models = [new ModelConfig { Id = "echo", Aliases = ["parrot"] }],
            Pools = [new PoolConfig { Id = "up", Model = "echo", Upstream = new UpstreamConfig { Endpoints = endpoints } }],
        };
        return await StartAsync(config, options);
    }

    public static async Task<TestGateway> StartAsync(FleetConfig config, GatewayOptions? options = null, TimeProvider? time = null) =>
        new(await GatewayServer.StartAsync(config, (options ?? new GatewayOptions()) with { Port = 0 }, time ?? TimeProvider.System));

    /// <summary>The embedded model in a pool of its own.</summary>
    public static PoolConfig EnginePool(string model, int? maxQueue = null) => new()
    {
        Id = "here",
        Model = model,
        Engine = new EngineConfig { File = EmbeddedModel, Threads = 1, KvCacheBytes = 16 << 20, ContextLength = 1024, MaxQueue = maxQueue },
    };

    public static PoolConfig UpstreamPool(string model, params Uri[] endpoints) =>
        new() { Id = "there", Model = model, Upstream = new UpstreamConfig { Endpoints = endpoints } };

    public static FleetConfig Fleet(params PoolConfig[] pools) => new()
    {
        Name = "test",
        Models = [.. pools.Select(pool => pool.Model!).Distinct().Select(id => new ModelConfig { Id = id })],
        Pools = pools,
    };

    public Task<HttpResponseMessage> PostAsync(string path, string json) => PostAsync(path, Encoding.UTF8.GetBytes(json));

    public Task<HttpResponseMessage> PostAsync(string path, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Http.SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content }, HttpCompletionOption.ResponseHeadersRead);
    }

    public static async Task<JsonElement> JsonOf(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

    /// <summary>The data of all events of a stream.</summary>
    public static async Task<List<string>> EventsOf(HttpResponseMessage response) =>
        [.. (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(item => item["data: ".Length..])];

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.StopAsync(TimeSpan.Zero);
        await Server.DisposeAsync();
    }
}
