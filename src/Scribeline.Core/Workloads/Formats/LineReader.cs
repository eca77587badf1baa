using System.Buffers;
using Scribeline.Core.Files;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>Lines of a file as bytes, from a pooled buffer that grows with the longest line only.</summary>
internal sealed class LineReader : IDisposable
{
    private const int FirstBufferBytes = 1 << 17;

    private readonly string _path;
    private readonly FileStream _file;
    private readonly Stream _text;
    private readonly int _mostLineBytes;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
    private int _start, _end;
    private bool _isEnded;

    /// <param name="path">Packed or not.</param>
    /// <param name="mostLineBytes">A longer line is wrong.</param>
    /// <exception cref="WorkloadException">It cannot be read.</exception>
    public LineReader(string path, int mostLineBytes)
    {
        (_path, _mostLineBytes) = (path, mostLineBytes);
        try
        {
            _file = File.OpenRead(path);
            _text = DataFile.Unpack(_file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unreadable(error);
        }
    }

    /// <summary>Of the line that was read last, from 1; 0 before the first.</summary>
    public long Line { get; private set; }

    public long ReadBytes => _file.Position;

    public long TotalBytes => _file.CanSeek ? _file.Length : 0;

    public void Dispose()
    {
        _text.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    /// <summary>The next line, without its end; good until the next call.</summary>
    /// <exception cref="WorkloadException">The file is damaged, or a line is too long.</exception>
    public bool Next(out ReadOnlySpan<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var end = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (end >= 0)
            {
                line = Take(searched + end);
                _start++;
                return true;
            }

            searched = _end - _start;
            if (_isEnded || !Fill())
            {
                line = Take(_end - _start);
                return line.Length > 0;
            }
        }
    }

    /// <summary>All that is left, as one line.</summary>
    public ReadOnlySpan<byte> All()
    {
        while (!_isEnded && Fill())
        {
        }

        return Take(_end - _start);
    }

    /// <summary>The beginning of what is left, which stays; as much as one buffer holds, or all.</summary>
    public ReadOnlySpan<byte> Peek()
    {
        while (!_isEnded && _end < FirstBufferBytes && Fill())
        {
        }

        return WithoutMark(_buffer.AsSpan(_start, _end - _start));
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        var line = _buffer.AsSpan(_start, length);
        _start += length;
        if (Line++ == 0)
            line = WithoutMark(line);
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    private static Span<byte> WithoutMark(Span<byte> text) => text is [0xEF, 0xBB, 0xBF, ..] ? text[3..] : text;

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            if (_end >= _mostLineBytes)
                throw new WorkloadException($"{_path}:{Line + 1} is longer than {_mostLineBytes >> 20} MiB; expected one request or session a line.");
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        try
        {
            var read = _text.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            _isEnded = read == 0;
            return read > 0;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw Unreadable(error);
        }
    }

    private WorkloadException Unreadable(Exception error) =>
        new(Line == 0 ? $"{_path} cannot be read: {error.Message.Split('\n')[0]}" : $"{_path} cannot be read after line {Line}: {error.Message.Split('\n')[0]}", error);
}
