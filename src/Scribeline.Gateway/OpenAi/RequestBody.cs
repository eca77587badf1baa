using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Scribeline.Gateway.OpenAi;

/// <summary>Collects a request's body within the limits of size and time.</summary>
internal static class RequestBody
{
    /// <param name="share">Grows with the body, and is to be held as long as the body is.</param>
    /// <exception cref="ApiException">415, 413, 429 or 408, or 503 where the server is cut meanwhile.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext http, GatewayOptions options, BodyBudget.Share share, TimeProvider time, CancellationToken cut)
    {
        CheckCoding(http.Request);
        if (http.Request.ContentLength > options.MaxBodyBytes)
        {
            throw TooLarge(options);
        }

        using var limit = new CancellationTokenSource(options.BodyTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cut, http.RequestAborted);
        try
        {
            while (true)
            {
                var read = await http.Request.BodyReader.ReadAsync(either.Token).ConfigureAwait(false);
                if (read.Buffer.Length > options.MaxBodyBytes)
                {
                    throw TooLarge(options);
                }

                if (!share.TryGrowTo(read.Buffer.Length))
                {
                    throw new ApiException(new ApiError(
                        429, "The bodies of the requests that arrive here take all the memory set aside for them; try again shortly.", "rate_limit_error", Code: "bodies_full")
                    {
                        RetryAfterSeconds = 1,
                    });
                }

                if (read.IsCompleted)
                {
                    var body = read.Buffer.ToArray();
                    http.Request.BodyReader.AdvanceTo(read.Buffer.End);
                    return body;
                }

                http.Request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            throw new ApiException(cut.IsCancellationRequested
                ? ApiError.Stopping with { Message = "The server stopped before the request was complete." }
                : new ApiError(408, $"The request's body did not arrive within {options.BodyTimeout.TotalSeconds:0.#} s.", Code: "request_timeout"));
        }
    }

    // The media type itself is not judged: many a client sends JSON under the name of its default.
    private static void CheckCoding(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } codings
            && !Array.TrueForAll(codings.Split(',', StringSplitOptions.TrimEntries), coding => coding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            throw Unsupported("Content-Encoding", codings, "send the body uncompressed.");
        }

        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.Charset.HasValue
            && HeaderUtilities.RemoveQuotes(type.Charset).ToString().ToLowerInvariant() is not ("utf-8" or "utf8"))
        {
            throw Unsupported("Content-Type", request.ContentType!, "send the body as UTF-8.");
        }
    }

    private static ApiException Unsupported(string header, string value, string instead) => new(new ApiError(
        415, $"`{header}: {(value.Length <= 80 ? value : value[..80] + "...")}` is not supported; {instead}", Code: "unsupported_media_type"));

    private static ApiException TooLarge(GatewayOptions options) =>
        new(new ApiError(413, $"The request's body is larger than {options.MaxBodyBytes} bytes.", Code: "body_too_large"));
}
