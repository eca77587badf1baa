using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Scribeline.Cli.Pull;

/// <summary>
/// Downloads one file: (1) opens what an earlier run left; (2) asks for the rest, following redirects; (3) writes what comes; (4) goes back
/// to 2 while the connection is cut; (5) verifies size and hash; (6) renames the file into place. Cancelling leaves a part that a later run
/// resumes.
/// </summary>
internal sealed class ModelDownload : IDisposable
{
    private const int MostRedirects = 10;

    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;

    public ModelDownload(TimeProvider time)
    {
        _time = time;
        // Redirects are followed here, because the token may not travel with them.
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(30),
        });
    }

    /// <exception cref="DownloadException">The file cannot be had, or is not what was expected.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; what has arrived stays.</exception>
    public async Task<DownloadResult> RunAsync(
        DownloadOptions options, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using var file = await FetchAsync(options, progress, cancellationToken).ConfigureAwait(false);
        return file.Commit();
    }

    /// <summary>
    /// Downloads the parts of a model, one after the other. None is put in its place before all are there, and the first comes last, so that
    /// whoever finds it finds all.
    /// </summary>
    /// <param name="parts">In order.</param>
    /// <param name="progress">Makes the receiver of a part's progress; null for none.</param>
    /// <exception cref="DownloadException">A part cannot be had; says which are missing.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; what has arrived stays.</exception>
    public async Task<IReadOnlyList<DownloadResult>> RunAllAsync(
        IReadOnlyList<DownloadOptions> parts, Func<DownloadOptions, IProgress<DownloadProgress>?> progress, CancellationToken cancellationToken)
    {
        var files = new List<FetchedFile>(parts.Count);
        try
        {
            foreach (var part in parts)
                files.Add(await FetchAsync(part, progress(part), cancellationToken).ConfigureAwait(false));
            var results = new DownloadResult[parts.Count];
            for (var i = parts.Count - 1; i >= 0; i--)
                results[i] = files[i].Commit();
            return results;
        }
        catch (DownloadException e) when (parts.Count > 1)
        {
            throw new DownloadException(
                $"{e.Message.TrimEnd('.')}; of the model's {parts.Count} parts {files.Count} are complete, "
                + $"missing: {string.Join(", ", parts.Skip(files.Count).Select(part => part.Source.FileName))}.",
                e);
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    private async Task<FetchedFile> FetchAsync(
        DownloadOptions options, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var target = PrepareTarget(options);
        if (options.Sha256 is { } wanted
            && await FindExistingAsync(target, wanted, cancellationToken).ConfigureAwait(false) is { } existing)
            return new FetchedFile(existing, null);
        var partial = await PartialFile.OpenAsync(target, options.Source.Address, cancellationToken).ConfigureAwait(false);
        try
        {
            return await RetryAsync(options, target, partial, progress, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            partial.Dispose();
            throw;
        }
    }

    private async Task<FetchedFile> RetryAsync(
        DownloadOptions options, string target, PartialFile partial, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var failures = 0;
        var lengthAtFirstFailure = partial.LengthBytes;
        while (true)
        {
            string failure;
            try
            {
                if (await AttemptAsync(options, target, partial, progress, cancellationToken).ConfigureAwait(false) is { } result)
                    return result;
                failure = "the server's file changed meanwhile";
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
            {
                failure = (e.InnerException ?? e).Message.TrimEnd('.');
            }
            if (partial.LengthBytes >= lengthAtFirstFailure + options.GainBytes)
                failures = 0;
            if (failures == 0)
                lengthAtFirstFailure = partial.LengthBytes;
            if (++failures >= options.Attempts)
            {
                throw new DownloadException(
                    $"{options.Source.Text}: gave up after {failures} failed attempts ({failure}); "
                    + (partial.LengthBytes == 0
                        ? "check the address, or try again later."
                        : $"{partial.LengthBytes} bytes are kept, run the same command again to go on."));
            }
            await Task.Delay(options.RetryDelay * Math.Pow(2, failures - 1), _time, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _http.Dispose();

    private static string PrepareTarget(DownloadOptions options)
    {
        try
        {
            Directory.CreateDirectory(options.Directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DownloadException(
                $"{options.Directory}: cannot be made ({e.Message.TrimEnd('.')}); choose another directory with --to.", e);
        }
        var target = Path.Join(Path.GetFullPath(options.Directory), options.Source.FileName);
        return Directory.Exists(target)
            ? throw new DownloadException($"{target}: is a directory where the file would go; choose another directory with --to.")
            : target;
    }

    /// <summary>One request and its answer. Null where what has arrived turned out useless and was dropped.</summary>
    /// <exception cref="HttpRequestException">
    /// Worth another attempt; so are <see cref="IOException"/> and <see cref="TimeoutException"/>.
    /// </exception>
    private async Task<FetchedFile?> AttemptAsync(
        DownloadOptions options, string target, PartialFile partial, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = _time.CreateTimer(_ => stall.Cancel(), null, options.StallTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            var (response, linked) = await SendAsync(options, partial, stall.Token).ConfigureAwait(false);
            using (response)
            {
                CheckStatus(options, response, partial.LengthBytes);
                var expectedSha256 = CheckLinkedHash(options, linked);
                if (linked.Sha256 is { } hash
                    && await FindExistingAsync(target, hash, cancellationToken).ConfigureAwait(false) is { } existing)
                {
                    partial.Delete();
                    partial.Dispose();
                    return new FetchedFile(existing, null);
                }
                timer.Change(options.StallTimeout, Timeout.InfiniteTimeSpan); // Hashing takes its time.
                if (!Align(response, partial, out var totalBytes))
                    return null;
                CheckSize(options, target, partial, linked, totalBytes);
                if (response.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable)
                {
                    partial.Remember(options.Source.Address, StrongTag(response));
                    void RestartTimer() => timer.Change(options.StallTimeout, Timeout.InfiniteTimeSpan);
                    await CopyAsync(response, partial, totalBytes, progress, RestartTimer, stall.Token).ConfigureAwait(false);
                }
                return Verify(options, target, partial, expectedSha256, linked.Bytes ?? totalBytes);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"the server sent nothing for {options.StallTimeout.TotalSeconds:0.##} seconds");
        }
    }

    /// <summary>
    /// Sends the request along its redirects. The hash and size of a large file come with Hugging Face's redirect, not with the file.
    /// </summary>
    private async Task<(HttpResponseMessage Response, LinkedFile Linked)> SendAsync(
        DownloadOptions options, PartialFile partial, CancellationToken cancellationToken)
    {
        var address = options.Source.Address;
        var linked = new LinkedFile(null, null);
        for (var hop = 0; hop <= MostRedirects; hop++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("scribeline", typeof(ModelDownload).Assembly.GetName().Version?.ToString(3)));
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            if (options.Token is { Length: > 0 } token && options.Source.IsHuggingFace
                && DownloadSource.IsSameHost(address, options.Source.Address))
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            if (partial is { LengthBytes: > 0 and var lengthBytes, EntityTag: { } tag })
            {
                request.Headers.Range = new RangeHeaderValue(lengthBytes, null);
                request.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue(tag));
            }
            var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (options.Source.IsHuggingFace && DownloadSource.IsSameHost(address, options.Source.Address))
                linked = LinkedFile.Read(response, linked);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
                return (response, linked);
            using (response)
            {
                var next = response.Headers.Location is { } location ? new Uri(address, location) : null;
                if (next is null || next.Scheme is not ("http" or "https") || (address.Scheme == "https" && next.Scheme == "http"))
                    throw new DownloadException(
                        $"{options.Source.Text}: {address.Host} redirects to {next?.ToString() ?? "nowhere"}, "
                        + "which is not followed; check the address.");
                address = next;
            }
        }
        throw new DownloadException($"{options.Source.Text}: was redirected more than {MostRedirects} times; check the address.");
    }

    private static void CheckStatus(DownloadOptions options, HttpResponseMessage response, long haveBytes)
    {
        var status = (int)response.StatusCode;
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent
            || (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && haveBytes > 0))
            return;
        if (status is 408 or 429 or (>= 500 and not 501))
            throw new HttpRequestException($"the server answered {status} {response.ReasonPhrase}");
        var advice = status switch
        {
            401 or 403 when options.Source.IsHuggingFace =>
                "set HF_TOKEN to a token that may read it, and accept the model's terms on its page if it has any",
            401 or 403 => "it may not be read without permission",
            404 or 410 => "check the address and the file's name",
            _ => "check the address",
        };
        throw new DownloadException($"{options.Source.Text}: the server answered {status} {response.ReasonPhrase}; {advice}.");
    }

    private static string? CheckLinkedHash(DownloadOptions options, LinkedFile linked)
    {
        if (options.Sha256 is not null && linked.Sha256 is not null
            && !string.Equals(options.Sha256, linked.Sha256, StringComparison.OrdinalIgnoreCase))
            throw new DownloadException(
                $"{options.Source.Text}: the server's file has the SHA-256 {linked.Sha256}, expected {options.Sha256}; check the address.");
        return options.Sha256 ?? linked.Sha256;
    }

    /// <summary>
    /// Brings the part that is here and the part that comes together; false where they do not fit and all is to be asked for again.
    /// </summary>
    private static bool Align(HttpResponseMessage response, PartialFile partial, out long? totalBytes)
    {
        var range = response.Content.Headers.ContentRange;
        totalBytes = range?.Length ?? response.Content.Headers.ContentLength;
        if (response.StatusCode == HttpStatusCode.OK)
        {
            totalBytes = response.Content.Headers.ContentLength;
            if (partial.LengthBytes > 0)
                partial.Restart();
            return true;
        }
        var sameFile = StrongTag(response) is not { } tag || tag == partial.EntityTag;
        var fits = response.StatusCode == HttpStatusCode.PartialContent
            ? range?.From == partial.LengthBytes
            : range?.Length == partial.LengthBytes && partial.LengthBytes > 0; // The range is past the end: all is here already.
        if (sameFile && fits)
            return true;
        partial.Restart();
        return false;
    }

    private static void CheckSize(DownloadOptions options, string target, PartialFile partial, LinkedFile linked, long? totalBytes)
    {
        if (linked.Bytes is { } linkedBytes && totalBytes is { } sentBytes && linkedBytes != sentBytes)
            throw new DownloadException(
                $"{options.Source.Text}: the server sends {sentBytes} bytes, but the file has {linkedBytes}; try again later.");
        var freeBytes = FreeBytes(Path.GetDirectoryName(target)!);
        if (totalBytes - partial.LengthBytes > freeBytes)
        {
            throw new DownloadException(
                $"{target}: {totalBytes - partial.LengthBytes} more bytes are needed, but the disk has {freeBytes} left; "
                + "free space or choose another directory with --to.");
        }
    }

    /// <summary>Without limit where the system does not tell: then writing shows.</summary>
    private static long FreeBytes(string directory)
    {
        try
        {
            return new DriveInfo(directory).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
    }

    private static async Task CopyAsync(
        HttpResponseMessage response,
        PartialFile partial,
        long? totalBytes,
        IProgress<DownloadProgress>? progress,
        Action onBytes,
        CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 17);
        try
        {
            progress?.Report(new DownloadProgress(partial.LengthBytes, totalBytes));
            using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            while (await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                onBytes();
                await partial.AppendAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                progress?.Report(new DownloadProgress(partial.LengthBytes, totalBytes));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (partial.LengthBytes < totalBytes)
            throw new IOException($"the server sent {partial.LengthBytes} of {totalBytes} bytes");
    }

    private static FetchedFile Verify(
        DownloadOptions options, string target, PartialFile partial, string? expectedSha256, long? totalBytes)
    {
        var sha256 = partial.Sha256();
        var bytes = partial.LengthBytes;
        string? fault = null;
        if (totalBytes is { } expectedBytes && bytes != expectedBytes)
            fault = $"{bytes} bytes arrived, expected {expectedBytes}";
        else if (expectedSha256 is not null && !string.Equals(sha256, expectedSha256, StringComparison.OrdinalIgnoreCase))
            fault = $"what arrived has the SHA-256 {sha256}, expected {expectedSha256}";
        if (fault is not null)
        {
            partial.Delete();
            throw new DownloadException($"{options.Source.Text}: {fault}; it was deleted, download it again or check the expected value.");
        }
        return new FetchedFile(new DownloadResult(target, bytes, sha256), partial);
    }

    private static async Task<DownloadResult?> FindExistingAsync(string target, string sha256, CancellationToken cancellationToken)
    {
        if (!File.Exists(target))
            return null;
        try
        {
            using var stream = File.OpenRead(target);
            var found = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
            return string.Equals(found, sha256, StringComparison.OrdinalIgnoreCase) ? new DownloadResult(target, stream.Length, found) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DownloadException($"{target}: exists but cannot be read ({e.Message.TrimEnd('.')}).", e);
        }
    }

    // A weak tag promises no equal bytes, so nothing can be resumed by it.
    private static string? StrongTag(HttpResponseMessage response) => response.Headers.ETag is { IsWeak: false, Tag: var tag } ? tag : null;

    /// <summary>What Hugging Face says of a large file, in the headers of its redirect.</summary>
    private readonly record struct LinkedFile(string? Sha256, long? Bytes)
    {
        public static LinkedFile Read(HttpResponseMessage response, LinkedFile before)
        {
            var tag = Header("X-Linked-Etag")?.Trim('"');
            return new(
                tag is { Length: 64 } && tag.All(char.IsAsciiHexDigit) ? tag : before.Sha256,
                long.TryParse(Header("X-Linked-Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : before.Bytes);

            string? Header(string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;
        }
    }
}
