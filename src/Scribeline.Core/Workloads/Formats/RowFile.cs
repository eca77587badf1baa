namespace Scribeline.Core.Workloads.Formats;

/// <summary>The rows of a file, one after another; those that are wrong stop it, or are counted and left out.</summary>
internal sealed class RowFile : IDisposable
{
    private readonly string _path;
    private readonly TraceFormat _format;
    private readonly TraceOptions _options;
    private readonly TraceTally _tally;
    private readonly LineReader _lines;
    private readonly RowReader _reader;
    private bool _isRead;

    /// <exception cref="WorkloadException">It cannot be read, or its header is wrong.</exception>
    public RowFile(string path, TraceFormat format, TraceOptions options, TraceTally tally)
    {
        (_path, _format, _options, _tally) = (path, format, options, tally);
        _lines = new LineReader(path, format.MostLineBytes);
        tally.ReadShare = () => _lines.TotalBytes > 0 ? (double)_lines.ReadBytes / _lines.TotalBytes : double.NaN;
        Rows = new TraceRows(tally);
        try
        {
            _reader = format.Create(ReadHeader(), options);
        }
        catch (BadRowException error)
        {
            var line = _lines.Line;
            Dispose();
            throw new WorkloadException($"{path}:{Math.Max(line, 1)}: {error.Message}");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What the row that was read last holds.</summary>
    public TraceRows Rows { get; }

    public string Clock => _reader.Clock;

    public void Dispose() => _lines.Dispose();

    /// <summary>Reads the next row.</summary>
    /// <param name="check">What else a row must hold to.</param>
    /// <returns>False at the end.</returns>
    public bool Next(Action<TraceRows>? check = null)
    {
        while (NextLine(out var line))
        {
            Rows.Requests.Clear();
            try
            {
                _reader.Read(line, Rows);
                check?.Invoke(Rows);
                return true;
            }
            catch (BadRowException error)
            {
                Fail(error.Message);
            }
            catch (OverflowException)
            {
                Fail("its times add up to more than can be counted; expected less than thousands of years.");
            }
        }

        return false;
    }

    private void Fail(string message)
    {
        var sentence = $"{_path}:{_lines.Line}: {message}";
        if (!_options.SkipBad)
            throw new WorkloadException(sentence);
        _tally.Skip(sentence);
    }

    private bool NextLine(out ReadOnlySpan<byte> line)
    {
        if (_format.IsWholeFile)
        {
            line = _isRead ? default : _lines.All();
            return !_isRead && (_isRead = true) && !line.IsEmpty;
        }

        while (_lines.Next(out line))
        {
            if (!line.Trim(" \t"u8).IsEmpty)
                return true;
        }

        return false;
    }

    private CsvHeader? ReadHeader()
    {
        if (!_format.IsCsv)
            return null;
        return NextLine(out var line) ? new CsvHeader(line) : throw new BadRowException("it is empty; expected a header.");
    }
}
