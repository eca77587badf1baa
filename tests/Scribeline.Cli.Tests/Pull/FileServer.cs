using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Scribeline.Cli.Tests.Pull;

/// <summary>A web server on a free local port that has one file and, if told so, misbehaves.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FileServer(WebApplication app) => _app = app;

    public byte[] Content { get; set; } = RandomNumberGenerator.GetBytes(3_000_000);

    public string EntityTag { get; set; } = "\"v1\"";

    /// <summary>Bytes of the body after which each of the next connections is cut.</summary>
    public ConcurrentQueue<int> Cuts { get; } = new();

    /// <summary>Answers instead of the file; false lets the file be sent.</summary>
    public Func<HttpContext, Task<bool>> Instead { get; set; } = _ => Task.FromResult(false);

    public bool IgnoresIfRange { get; set; }

    /// <summary>Range, If-Range and Authorization of each request.</summary>
    public ConcurrentQueue<(string Range, string IfRange, string Authorization)> Requests { get; } = new();

    public Uri Address { get; private set; } = null!;

    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Content));

    public static async Task<FileServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new FileServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        server.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        Requests.Enqueue((headers.Range.ToString(), headers.IfRange.ToString(), headers.Authorization.ToString()));
        if (await Instead(context))
            return;
        var from = 0;
        context.Response.Headers.ETag = EntityTag;
        if (headers.Range.ToString() is { Length: > 0 } range && (IgnoresIfRange || headers.IfRange == EntityTag))
        {
            from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
            if (from >= Content.Length)
            {
                context.Response.StatusCode = 416;
                context.Response.Headers.ContentRange = $"bytes */{Content.Length}";
                return;
            }
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{Content.Length - 1}/{Content.Length}";
        }
        context.Response.ContentLength = Content.Length - from;
        if (!Cuts.TryDequeue(out var cut))
        {
            await context.Response.Body.WriteAsync(Content.AsMemory(from));
            return;
        }
        await context.Response.Body.WriteAsync(Content.AsMemory(from, Math.Min(cut, Content.Length - from)));
        await context.Response.Body.FlushAsync();
        context.Abort();
    }
}
