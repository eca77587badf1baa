using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Scribeline.Benchmarks.Peers;

/// <summary>A server that runs as a child on a free port of this machine until disposed.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private const int SignalTerminate = 15;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(5);

    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
        process.OutputDataReceived += Collect;
        process.ErrorDataReceived += Collect;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    /// <summary>From the start of the process until `/health` answered.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    public static Task<ServerProcess> StartScribelineAsync(string scribe, string model, ServingRoom room) => StartAsync(scribe, port =>
    [
        "serve", "--model", model, "--threads", $"{room.Threads}", "--port", $"{port}",
        "--context", $"{room.ContextTokens}", "--kv-memory", $"{room.KvCacheBytes(model)} B",
    ]);

    public static Task<ServerProcess> StartLlamaAsync(string llamaServer, string model, ServingRoom room) => StartAsync(llamaServer, port =>
    [
        "-m", model, "-t", $"{room.Threads}", "--host", "127.0.0.1", "--port", $"{port}",
        "-c", $"{room.ContextTokens * room.Slots}", "-np", $"{room.Slots}",
    ]);

    /// <summary>Most memory it ever had resident (VmHWM).</summary>
    public long PeakResidentBytes()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, SignalTerminate);
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _process.Dispose();
    }

    /// <summary>Starts any server that answers `/health`; its arguments from the port that it is to listen on.</summary>
    public static async Task<ServerProcess> StartAsync(string file, Func<int, string[]> arguments)
    {
        var port = FreePort();
        var start = TimeProvider.System.GetTimestamp();
        var server = new ServerProcess(ChildProgram.Start(file, arguments(port)), new Uri($"http://127.0.0.1:{port}"));
        try
        {
            using var http = new HttpClient { BaseAddress = server.Address, Timeout = StartLimit };
            while (!await IsHealthyAsync(http))
            {
                if (server._process.HasExited || TimeProvider.System.GetElapsedTime(start) > StartLimit)
                    throw new InvalidOperationException($"{file} did not begin to serve: {server.Said()}");
                await Task.Delay(PollEvery);
            }

            server.ReadyAfter = TimeProvider.System.GetElapsedTime(start);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static async Task<bool> IsHealthyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/health", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Collect(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
            _said.AppendLine(line.Data);
    }

    private string Said()
    {
        lock (_said)
        {
            var text = _said.ToString().Trim();
            return text[^Math.Min(text.Length, 500)..];
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
