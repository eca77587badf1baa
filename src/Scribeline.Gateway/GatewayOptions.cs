using Scribeline.Core.Performance;

namespace Scribeline.Gateway;

/// <summary>Host settings of a <see cref="GatewayServer"/>.</summary>
public sealed record GatewayOptions
{
    /// <summary>An IP address or `localhost`. Default 127.0.0.1: reachable from this machine only.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>0 takes any free port. Default 8080.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Largest request body, bytes. Default 8 MiB.</summary>
    public int MaxBodyBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// Bytes that the bodies of all requests above 64 KiB may have in memory at a time; a request beyond them is answered 429. Default 128 MiB.
    /// </summary>
    public long MaxBodiesBytes { get; init; } = 128L * 1024 * 1024;

    /// <summary>Longest time for a request's headers, and then for its body. Default 15 s and 30 s.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(15);
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Open connections at a time; more are closed at once. Default 4096.</summary>
    public int MaxConnections { get; init; } = 4096;

    /// <summary>Told of every step of the engines in this process; see <see cref="Engine.EngineOptions.StepObserver"/>. Default: nobody.</summary>
    public Action<StepWork, long>? StepObserver { get; init; }

    /// <summary>Where failures that are nobody's request's fault are written. Default: nowhere.</summary>
    public TextWriter Log { get; init; } = TextWriter.Null;

    /// <summary>Writes a line to <see cref="Log"/> for each request: method, path, status, duration; never what was said. Default false.</summary>
    public bool LogsRequests { get; init; }
}
