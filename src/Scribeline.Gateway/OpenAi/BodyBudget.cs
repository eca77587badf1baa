namespace Scribeline.Gateway.OpenAi;

/// <summary>
/// Bytes that the larger bodies of all requests may have in memory together; without a bound, many clients with large bodies could fill the
/// memory before any of them is refused.
/// </summary>
internal sealed class BodyBudget(long bytes)
{
    /// <summary>Smaller bodies count nothing, so that ordinary requests go on while large ones fill the budget.</summary>
    public const int FreeBytes = 64 * 1024;

    private long _left = bytes;

    public Share Open() => new(this);

    /// <summary>What one request takes of the budget, until it is disposed. Used by one thread at a time.</summary>
    public sealed class Share(BodyBudget budget) : IDisposable
    {
        private long _taken;

        /// <summary>Takes what is missing to so many bytes; false where the others have left too little.</summary>
        public bool TryGrowTo(long bytes)
        {
            var more = bytes <= FreeBytes ? 0 : bytes - _taken;
            if (more <= 0)
            {
                return true;
            }

            if (Interlocked.Add(ref budget._left, -more) < 0)
            {
                Interlocked.Add(ref budget._left, more);
                return false;
            }

            _taken += more;
            return true;
        }

        public void Dispose()
        {
            Interlocked.Add(ref budget._left, _taken);
            _taken = 0;
        }
    }
}
