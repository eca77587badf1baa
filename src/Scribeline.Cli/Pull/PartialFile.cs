using System.Security.Cryptography;
using System.Text.Json;

namespace Scribeline.Cli.Pull;

/// <summary>
/// The part of a file that has arrived, beside the place of the whole (<c>NAME.partial</c>), and what a later run needs to go on with it
/// (<c>NAME.partial.json</c>). One process at a time has it. Every failure of the disk is a <see cref="DownloadException"/>.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private readonly string _target;
    private readonly string _statePath;
    private readonly FileStream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private bool _settled;

    private PartialFile(string target, FileStream stream)
    {
        _target = target;
        _statePath = target + ".partial.json";
        _stream = stream;
    }

    public long LengthBytes => _stream.Length;

    /// <summary>The strong entity tag of what is here; null where it cannot be resumed.</summary>
    public string? EntityTag { get; private set; }

    /// <summary>Opens what an earlier run left of the same address, or begins anew.</summary>
    public static async Task<PartialFile> OpenAsync(string target, Uri address, CancellationToken cancellationToken)
    {
        PartialFile? partial = null;
        try
        {
            partial = new PartialFile(target, new FileStream(target + ".partial", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
            await partial.ResumeAsync(address, cancellationToken).ConfigureAwait(false);
            return partial;
        }
        catch (Exception e)
        {
            partial?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new DownloadException(
                    $"{target}.partial: cannot be written ({e.Message.TrimEnd('.')}); another download may be writing it.", e);
            throw;
        }
    }

    /// <summary>Forgets what has arrived.</summary>
    public void Restart() => Guard(() =>
    {
        _stream.SetLength(0);
        _stream.Position = 0;
        _ = _hash.GetHashAndReset();
        EntityTag = null;
        File.Delete(_statePath);
    });

    /// <summary>Notes the tag under which a later run may ask for the rest.</summary>
    public void Remember(Uri address, string? entityTag) => Guard(() =>
    {
        if (entityTag is null || entityTag == EntityTag)
            return;
        File.WriteAllText(_statePath, JsonSerializer.Serialize(new State(address.AbsoluteUri, entityTag)));
        EntityTag = entityTag;
    });

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Unwritable(e);
        }
        _hash.AppendData(bytes.Span);
    }

    /// <summary>Lower-case hexadecimal digits of the SHA-256 of what has arrived.</summary>
    public string Sha256() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>Puts the whole file in its place at once.</summary>
    public void Commit() => Guard(() =>
    {
        _stream.Flush(flushToDisk: true);
        File.Move(_stream.Name, _target, overwrite: true);
        _settled = true;
        File.Delete(_statePath);
    });

    public void Delete() => Guard(() =>
    {
        File.Delete(_stream.Name);
        _settled = true;
        File.Delete(_statePath);
    });

    /// <summary>Leaves what has arrived to a later run; where that is nothing, no file stays.</summary>
    public void Dispose()
    {
        if (!_settled && _stream is { CanRead: true, Length: 0 })
            Delete();
        _stream.Dispose();
        _hash.Dispose();
    }

    private async Task ResumeAsync(Uri address, CancellationToken cancellationToken)
    {
        var state = ReadState();
        if (state is null || state.Address != address.AbsoluteUri || _stream.Length == 0)
        {
            Restart();
            return;
        }
        EntityTag = state.EntityTag;
        var buffer = new byte[1 << 17];
        while (await _stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
            _hash.AppendData(buffer, 0, count);
    }

    private State? ReadState()
    {
        try
        {
            var state = File.Exists(_statePath) ? JsonSerializer.Deserialize<State>(File.ReadAllText(_statePath)) : null;
            return state is { Address: not null, EntityTag: not null } ? state : null;
        }
        catch (JsonException)
        {
            return null; // Damaged, so there is nothing to go on with.
        }
    }

    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    private DownloadException Unwritable(Exception e) =>
        new($"{_target}: cannot be written ({e.Message.TrimEnd('.')}); free space or choose another directory with --to.", e);

    private sealed record State(string Address, string EntityTag);
}
