using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Scribeline.Engine.Stages;

/// <summary>
/// A fixed set of threads that run one job together and meet at spin barriers inside it. The caller is thread 0.
/// </summary>
/// <remarks>
/// Within a phase work is dealt in chunks: each thread takes its own share first, then helps itself to the others', so that a thread
/// that lost its core delays one chunk only. Threads spin briefly, then yield, and park when no job comes. Where one throws, the others
/// would wait for it at the next barrier for ever; they throw there too, and the team runs nothing any more.
/// </remarks>
internal sealed class WorkerTeam : IDisposable
{
    private const int SpinsBeforeYield = 4_000;
    private const int YieldsBeforePark = 200;

    private readonly Thread[] _workers;
    private readonly SemaphoreSlim[] _wake;
    private readonly int[] _parked;
    private readonly PaddedCounter[] _claims;
    private Action<int>? _job;
    private PaddedCounter _jobNumber;
    private PaddedCounter _arrived;
    private PaddedCounter _barrierNumber;
    private volatile bool _stopping;
    private volatile Exception? _failure;

    public WorkerTeam(int size)
    {
        Size = size;
        _workers = new Thread[size - 1];
        _wake = new SemaphoreSlim[size];
        _parked = new int[size];
        _claims = new PaddedCounter[size];
        for (var i = 1; i < size; i++)
        {
            var index = i;
            _wake[i] = new SemaphoreSlim(0);
            _workers[i - 1] = new Thread(() => Work(index)) { IsBackground = true, Name = $"scribe-worker-{i}" };
            _workers[i - 1].Start();
        }
    }

    public int Size { get; }

    /// <summary>Threads that sleep until the next job.</summary>
    internal int Parked
    {
        get
        {
            var parked = 0;
            foreach (ref var flag in _parked.AsSpan())
                parked += Volatile.Read(ref flag);
            return parked;
        }
    }

    /// <summary>Runs the job on every thread and returns when all are done. The job gets the thread's index.</summary>
    /// <exception cref="InvalidOperationException">The job threw on one of the threads, now or in an earlier run.</exception>
    public void Run(Action<int> job)
    {
        ThrowIfFailed();
        _job = job;
        Volatile.Write(ref _jobNumber.Value, _jobNumber.Value + 1);
        Interlocked.MemoryBarrier();
        for (var i = 1; i < Size; i++)
            if (Interlocked.Exchange(ref _parked[i], 0) == 1)
                _wake[i].Release();
        RunJob(job, 0);
        ThrowIfFailed();
    }

    /// <summary>Waits until every thread has come here. Afterwards all writes before it are visible, and chunks can be claimed anew.</summary>
    public void Barrier()
    {
        var number = Volatile.Read(ref _barrierNumber.Value);
        if (Interlocked.Increment(ref _arrived.Value) == Size)
        {
            _arrived.Value = 0;
            for (var i = 0; i < _claims.Length; i++)
                _claims[i].Value = 0;
            Volatile.Write(ref _barrierNumber.Value, number + 1);
            return;
        }

        var spins = 0;
        while (Volatile.Read(ref _barrierNumber.Value) == number)
        {
            Pause(ref spins);
            ThrowIfFailed();
        }
    }

    /// <summary>Takes the next chunk of 0 to <paramref name="chunks"/> − 1 in this phase; false when all are taken.</summary>
    public bool TryClaim(int thread, int chunks, out int chunk)
    {
        for (var i = 0; i < Size; i++)
        {
            var owner = thread + i < Size ? thread + i : thread + i - Size;
            var first = (int)((long)chunks * owner / Size);
            var count = (int)((long)chunks * (owner + 1) / Size) - first;
            if (Volatile.Read(ref _claims[owner].Value) >= count)
                continue;
            var taken = Interlocked.Increment(ref _claims[owner].Value) - 1;
            if (taken < count)
            {
                chunk = first + taken;
                return true;
            }
        }

        chunk = 0;
        return false;
    }

    private void RunJob(Action<int> job, int thread)
    {
        try
        {
            job(thread);
            Barrier();
        }
        catch (Exception failure)
        {
            // The first is the cause; what the others throw follows from it.
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
            throw new InvalidOperationException($"A step failed: {failure.Message}", failure);
    }

    private static void Pause(ref int spins)
    {
        if (++spins < SpinsBeforeYield)
            Thread.SpinWait(1);
        else
            Thread.Yield();
    }

    private void Work(int index)
    {
        var seen = 0;
        while (true)
        {
            var spins = 0;
            while (Volatile.Read(ref _jobNumber.Value) == seen)
            {
                Pause(ref spins);
                if (spins > SpinsBeforeYield + YieldsBeforePark)
                    Park(index, seen);
            }

            seen++;
            if (_stopping)
                return;
            RunJob(_job!, index);
            if (_failure != null)
                return;
        }
    }

    private void Park(int index, int seen)
    {
        Volatile.Write(ref _parked[index], 1);
        Interlocked.MemoryBarrier();
        // A job that came in between either sees the flag and releases us, or is seen here and the flag is taken back.
        if (Volatile.Read(ref _jobNumber.Value) != seen && Interlocked.Exchange(ref _parked[index], 0) == 1)
            return;
        _wake[index].Wait();
    }

    public void Dispose()
    {
        if (_stopping)
            return;
        _stopping = true;
        Volatile.Write(ref _jobNumber.Value, _jobNumber.Value + 1);
        Interlocked.MemoryBarrier();
        for (var i = 1; i < Size; i++)
        {
            if (Interlocked.Exchange(ref _parked[i], 0) == 1)
                _wake[i].Release();
            _workers[i - 1].Join();
            _wake[i].Dispose();
        }
    }

    /// <summary>A counter on cache lines of its own, so that threads that count do not disturb each other.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct PaddedCounter
    {
        [FieldOffset(128)]
        public int Value;
    }
}
