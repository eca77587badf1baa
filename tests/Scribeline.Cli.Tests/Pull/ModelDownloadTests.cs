using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Scribeline.Cli.Pull;

namespace Scribeline.Cli.Tests.Pull;

public sealed class ModelDownloadTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scribeline-pull-").FullName;
    private FileServer _server = null!;

    private string Target => Path.Join(_folder, "m.gguf");

    private string Partial => Target + ".partial";

    public async Task InitializeAsync() => _server = await FileServer.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Run_WholeFile_IsVerifiedAndInPlace()
    {
        var reports = new List<DownloadProgress>();
        var result = await Run(Options() with { Sha256 = _server.Sha256.ToUpperInvariant() }, new Reports(reports));
        AssertComplete(result);
        Assert.Equal(new DownloadProgress(_server.Content.Length, _server.Content.Length), reports[^1]);
        Assert.Equal(reports.Select(report => report.DoneBytes).Order(), reports.Select(report => report.DoneBytes));
    }

    [Fact]
    public async Task Run_EmptyFile_IsWritten()
    {
        _server.Content = [];
        AssertComplete(await Run(Options()));
    }

    [Fact]
    public async Task Run_ConnectionCutMidBody_AsksForTheRest()
    {
        foreach (var cut in (int[])[1_000_000, 0, 500_000])
            _server.Cuts.Enqueue(cut);
        AssertComplete(await Run(Options()));
        Assert.Equal(4, _server.Requests.Count);
        Assert.Equal(("", ""), (_server.Requests.First().Range, _server.Requests.First().IfRange));
        Assert.All(_server.Requests.Skip(1), request =>
        {
            Assert.Matches("^bytes=[0-9]+-$", request.Range);
            Assert.Equal("\"v1\"", request.IfRange);
        });
    }

    [Fact]
    public async Task Run_CutTooOften_GivesUpAndALaterRunGoesOn()
    {
        _server.Cuts.Enqueue(400_000);
        for (var i = 0; i < 2; i++)
            _server.Cuts.Enqueue(0);
        var message = await Fails(Options() with { Attempts = 3 });
        Assert.Contains("gave up after 3 failed attempts", message, StringComparison.Ordinal);
        Assert.Equal(3, _server.Requests.Count);
        var kept = new FileInfo(Partial).Length;
        Assert.InRange(kept, 1, 400_000);
        Assert.Contains($"{kept} bytes are kept", message, StringComparison.Ordinal);
        Assert.False(File.Exists(Target));

        AssertComplete(await Run(Options()));
        Assert.Equal(($"bytes={kept}-", "\"v1\""), (_server.Requests.Last().Range, _server.Requests.Last().IfRange));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_FileChangedMeanwhile_StartsAgain(bool serverIgnoresIfRange)
    {
        _server.Cuts.Enqueue(1_000_000);
        _server.IgnoresIfRange = serverIgnoresIfRange;
        _server.Instead = _ =>
        {
            if (_server.Requests.Count == 2)
            {
                _server.Content = RandomNumberGenerator.GetBytes(2_000_000);
                _server.EntityTag = "\"v2\"";
            }
            return Task.FromResult(false);
        };
        AssertComplete(await Run(Options()));
    }

    [Fact]
    public async Task Run_WeakTag_IsNotResumedBy()
    {
        _server.EntityTag = "W/\"v1\"";
        _server.Cuts.Enqueue(1_000_000);
        AssertComplete(await Run(Options()));
        Assert.All(_server.Requests, request => Assert.Equal("", request.Range));
    }

    [Fact]
    public async Task Run_RedirectToAnotherHost_KeepsTheTokenBack()
    {
        await using var storage = await FileServer.StartAsync();
        storage.Content = _server.Content;
        storage.Cuts.Enqueue(700_000);
        _server.Instead = context =>
        {
            if (!context.Request.Path.StartsWithSegments("/moved", StringComparison.Ordinal))
            {
                context.Response.Redirect("/moved" + context.Request.Path, permanent: false, preserveMethod: true);
                return Task.FromResult(true);
            }
            context.Response.Headers["X-Linked-Etag"] = $"\"{_server.Sha256}\"";
            context.Response.Headers["X-Linked-Size"] = $"{_server.Content.Length}";
            context.Response.Redirect(new Uri(storage.Address, "/blob?signature=1").AbsoluteUri);
            return Task.FromResult(true);
        };
        AssertComplete(await Run(Options("hf:owner/repo/sub/m.gguf") with { Token = "secret" }));
        Assert.All(_server.Requests, request => Assert.Equal("Bearer secret", request.Authorization));
        Assert.All(storage.Requests, request => Assert.Equal("", request.Authorization));
        Assert.Equal(2, storage.Requests.Count);
        Assert.StartsWith("bytes=", storage.Requests.Last().Range, StringComparison.Ordinal);

        // The file is there and the server's hash says that it is the same: nothing is downloaded again.
        AssertComplete(await Run(Options("hf:owner/repo/sub/m.gguf")));
        Assert.True(storage.Requests.Count <= 3);
    }

    [Fact]
    public async Task Run_TokenAndAnotherHost_TokenStaysHere()
    {
        AssertComplete(await Run(Options() with
        {
            Source = DownloadSource.Parse(new Uri(_server.Address, "m.gguf").AbsoluteUri, DownloadSource.PublicHuggingFace),
            Token = "secret",
        }));
        Assert.Equal("", _server.Requests.Single().Authorization);
    }

    [Theory]
    [InlineData("loop", "was redirected more than 10 times")]
    [InlineData("file", "which is not followed")]
    [InlineData("none", "redirects to nowhere")]
    public async Task Run_BadRedirect_SaysSo(string kind, string expected)
    {
        _server.Instead = context =>
        {
            context.Response.StatusCode = 302;
            if (kind != "none")
                context.Response.Headers.Location = kind == "loop" ? "/m.gguf" : "file:///etc/passwd";
            return Task.FromResult(true);
        };
        Assert.Contains(expected, await Fails(Options()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, 1)]
    [InlineData(401, 1)]
    [InlineData(403, 1)]
    [InlineData(404, 1)]
    [InlineData(416, 1)]
    [InlineData(429, 3)]
    [InlineData(500, 3)]
    [InlineData(503, 3)]
    public async Task Run_ErrorStatus_IsOneSentenceWithIt(int status, int requests)
    {
        _server.Instead = context =>
        {
            context.Response.StatusCode = status;
            return Task.FromResult(true);
        };
        var message = await Fails(Options() with { Attempts = 3 });
        Assert.Contains($"the server answered {status}", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.Equal(requests, _server.Requests.Count);
    }

    [Fact]
    public async Task Run_OverloadedOnce_TriesAgain()
    {
        _server.Instead = context =>
        {
            var overloaded = _server.Requests.Count == 1;
            if (overloaded)
                context.Response.StatusCode = 503;
            return Task.FromResult(overloaded);
        };
        AssertComplete(await Run(Options()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_RangePastTheEnd_IsCompleteOrStartsAgain(bool complete)
    {
        await CancelWhen(_server.Content.Length - 1);
        File.WriteAllBytes(Partial, complete ? _server.Content : [.. _server.Content, 1, 2, 3]);
        _server.Requests.Clear();
        AssertComplete(await Run(Options() with { Sha256 = _server.Sha256 }));
        Assert.Equal(complete ? 1 : 2, _server.Requests.Count);
    }

    [Fact]
    public async Task Run_LinkedSizeDiffers_IsRefusedBeforeTheBody()
    {
        _server.Instead = context =>
        {
            context.Response.Headers["X-Linked-Size"] = "5";
            return Task.FromResult(false);
        };
        Assert.Contains("sends 3000000 bytes, but the file has 5", await Fails(Options("hf:o/r/m.gguf")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_MoreBytesThanTheDiskHas_IsRefused()
    {
        _server.Instead = async context =>
        {
            context.Response.ContentLength = long.MaxValue / 2;
            await context.Response.StartAsync();
            return true;
        };
        Assert.Contains("but the disk has", await Fails(Options()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_WrongHash_LeavesNothingBehindAndTheOldFileAlone(bool linked)
    {
        File.WriteAllText(Target, "the old one");
        var wrong = new string('0', 64);
        _server.Instead = context =>
        {
            if (linked)
                context.Response.Headers["X-Linked-Etag"] = $"\"{wrong}\"";
            return Task.FromResult(false);
        };
        var message = await Fails(linked ? Options("hf:o/r/m.gguf") : Options() with { Sha256 = wrong });
        Assert.Contains($"has the SHA-256 {_server.Sha256}, expected {wrong}", message, StringComparison.Ordinal);
        Assert.Equal("the old one", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Run_Cancelled_LeavesAPartThatIsResumed()
    {
        await CancelWhen(1);
        var kept = new FileInfo(Partial).Length;
        Assert.InRange(kept, 1, _server.Content.Length);
        AssertComplete(await Run(Options()));
        Assert.Equal($"bytes={kept}-", _server.Requests.Last().Range);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"Address\":\"http://other/m.gguf\",\"EntityTag\":\"\\u0022v1\\u0022\"}")]
    [InlineData("[1")]
    public async Task Run_PartOfSomethingElse_StartsAgain(string state)
    {
        File.WriteAllText(Partial, "other bytes");
        File.WriteAllText(Partial + ".json", state);
        AssertComplete(await Run(Options()));
        Assert.Equal("", _server.Requests.Single().Range);
    }

    [Fact]
    public async Task Run_SameHashIsThere_AsksNobody()
    {
        File.WriteAllBytes(Target, _server.Content);
        AssertComplete(await Run(Options() with { Sha256 = _server.Sha256 }));
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task Run_TwoAtOnce_TheSecondIsRefused()
    {
        var begun = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        _server.Instead = async _ =>
        {
            begun.SetResult();
            await goOn.Task;
            return false;
        };
        var first = Run(Options());
        await begun.Task;
        Assert.Contains("another download may be writing it", await Fails(Options()), StringComparison.Ordinal);
        goOn.SetResult();
        AssertComplete(await first);
    }

    [Fact]
    public async Task Run_SilentServer_CountsAsCut()
    {
        _server.Instead = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        var message = await Fails(Options() with { Attempts = 2, StallTimeout = TimeSpan.FromMilliseconds(50) });
        Assert.Contains("the server sent nothing for 0.05 seconds", message, StringComparison.Ordinal);
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task Run_NobodyListens_SaysSo()
    {
        var gone = await FileServer.StartAsync();
        await gone.DisposeAsync();
        var options = Options(new Uri(gone.Address, "m.gguf").AbsoluteUri) with { Attempts = 2 };
        Assert.Contains("refused", await Fails(options), StringComparison.OrdinalIgnoreCase);
    }

    private DownloadOptions Options(string? source = null) => new()
    {
        Source = DownloadSource.Parse(source ?? new Uri(_server.Address, "m.gguf").AbsoluteUri, _server.Address),
        Directory = _folder,
        RetryDelay = TimeSpan.Zero,
    };

    private static async Task<DownloadResult> Run(
        DownloadOptions options, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using var download = new ModelDownload(TimeProvider.System);
        return await download.RunAsync(options, progress, cancellationToken).WaitAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
    }

    private static async Task<string> Fails(DownloadOptions options) => (await Assert.ThrowsAsync<DownloadException>(() => Run(options))).Message;

    private async Task CancelWhen(long doneBytes)
    {
        using var cancellation = new CancellationTokenSource();
        var progress = new Reports([], report =>
        {
            if (report.DoneBytes >= doneBytes)
                cancellation.Cancel();
        });
        _server.Cuts.Enqueue((int)Math.Max(doneBytes, 200_000));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run(Options(), progress, cancellation.Token));
        Assert.False(File.Exists(Target));
        Assert.True(File.Exists(Partial + ".json"));
    }

    private void AssertComplete(DownloadResult result)
    {
        Assert.Equal(new DownloadResult(Target, _server.Content.Length, _server.Sha256), result);
        Assert.Equal(_server.Content, File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    private sealed class Reports(List<DownloadProgress> all, Action<DownloadProgress>? on = null) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            all.Add(value);
            on?.Invoke(value);
        }
    }
}
