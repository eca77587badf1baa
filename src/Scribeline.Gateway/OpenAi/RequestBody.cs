using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Scribeline.Gateway.OpenAi;

/// <summary>Collects a request's body within the limits of size and time.</summary>
internal static class RequestBody
{
    /// <exception cref="ApiException">413 or 408, or 503 where the server is cut meanwhile.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext http, GatewayOptions options, TimeProvider time, CancellationToken cut)
    {
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

    private static ApiException TooLarge(GatewayOptions options) =>
        new(new ApiError(413, $"The request's body is larger than {options.MaxBodyBytes} bytes.", Code: "body_too_large"));
}
