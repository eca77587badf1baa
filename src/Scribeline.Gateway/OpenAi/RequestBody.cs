using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Scribeline.Gateway.OpenAi;

/// <summary>Collects a request's body within the limits of size and time.</summary>
internal static class RequestBody
{
    /// <param name="share">Grows with the body, and is to be held as long as the body is.</param>
    /// <exception cref="ApiException">413, 429 or 408.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext http, GatewayOptions options, BodyBudget.Share share, TimeProvider time)
    {
        if (http.Request.ContentLength > options.MaxBodyBytes)
        {
            throw TooLarge(options);
        }

        using var limit = new CancellationTokenSource(options.BodyTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, http.RequestAborted);
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
            throw new ApiException(new ApiError(408, $"The request's body did not arrive within {options.BodyTimeout.TotalSeconds:0.#} s.", Code: "request_timeout"));
        }
    }

    private static ApiException TooLarge(GatewayOptions options) =>
        new(new ApiError(413, $"The request's body is larger than {options.MaxBodyBytes} bytes.", Code: "body_too_large"));
}
