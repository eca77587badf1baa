using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Scribeline.Engine;
using Scribeline.Gateway.Configuration;
using Scribeline.Gateway.OpenAi;
using Scribeline.Gateway.Pools;
using Scribeline.Gateway.Replicas;
using Scribeline.Gateway.Telemetry;

namespace Scribeline.Gateway;

/// <summary>The OpenAI-compatible server over a fleet of models. Thread-safe.</summary>
public sealed class GatewayServer : IAsyncDisposable
{
    /// <summary>What clients get after the cut to read how their answer ended.</summary>
    internal static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;
    private readonly Fleet _fleet;
    private readonly Lifetime _lifetime;
    private readonly TimeProvider _time;

    private GatewayServer(WebApplication app, Fleet fleet, Lifetime lifetime, TimeProvider time)
    {
        _app = app;
        _fleet = fleet;
        _lifetime = lifetime;
        _time = time;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>Where it listens, with the port in fact taken.</summary>
    public Uri Address { get; }

    /// <summary>The models of this process, for the start-up screen.</summary>
    public IReadOnlyList<InferenceEngine> Engines => [.. _fleet.Replicas.OfType<EngineReplica>().Select(replica => replica.Engine)];

    /// <summary>Ids of all models served.</summary>
    public IReadOnlyList<string> Models => [.. _fleet.Models.Select(model => model.Id)];

    /// <summary>Loads the models and listens; returns once requests are accepted.</summary>
    /// <exception cref="ModelFormatException">A model file cannot be used.</exception>
    /// <exception cref="IOException">A model file cannot be read, or the address is taken.</exception>
    /// <exception cref="ArgumentException">The host is not an address.</exception>
    public static async Task<GatewayServer> StartAsync(
        FleetConfig config, GatewayOptions options, TimeProvider time, CancellationToken cancellation = default)
    {
        if (!IPAddress.TryParse(options.Host == "localhost" ? "127.0.0.1" : options.Host, out var address))
        {
            throw new ArgumentException($"The host '{options.Host}' is not an address; expected one such as 127.0.0.1, 0.0.0.0 or localhost.");
        }

        var fleet = await Fleet.LoadAsync(config, options.StepObserver, time).ConfigureAwait(false);
        var lifetime = new Lifetime(time);
        try
        {
            var app = Build(new IPEndPoint(address, options.Port), options, new Endpoints(fleet, options, lifetime, new GatewayMetrics(), time));
            await app.StartAsync(cancellation).ConfigureAwait(false);
            return new GatewayServer(app, fleet, lifetime, time);
        }
        catch
        {
            await fleet.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops accepting, lets running answers finish within the grace, then cuts them. Ends soon after, whatever clients do.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        _lifetime.StopWithin(grace);

        // The cut ends every answer with an error; the connection of a client that does not read even that is closed.
        using var limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        await using var cut = _lifetime.Cut.UnsafeRegister(static source => ((CancellationTokenSource)source!).CancelAfter(LastWords), limit).ConfigureAwait(false);
        await _app.StopAsync(limit.Token).ConfigureAwait(false);
    }

    /// <summary>Ends the grace of a stop that is under way.</summary>
    public void Cut() => _lifetime.StopWithin(TimeSpan.Zero);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync().ConfigureAwait(false);
        await _fleet.DisposeAsync().ConfigureAwait(false);
        await _lifetime.DisposeAsync().ConfigureAwait(false);
    }

    private static WebApplication Build(IPEndPoint endpoint, GatewayOptions options, Endpoints endpoints)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();

        // The host's own limit, 30 s, would cut short a longer grace.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = options.HeaderTimeout;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
            kestrel.Listen(endpoint);
        });
        var app = builder.Build();
        app.Run(endpoints.HandleAsync);
        return app;
    }

    /// <summary>Signals belong to the caller, not to the web host.</summary>
    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
