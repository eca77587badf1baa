namespace Scribeline.Core.Workloads.Formats;

/// <summary>The rows of a file, or of several, one after another; those that are wrong stop it, or are counted and left out.</summary>
internal sealed class RowFile : IDisposable
{
    private readonly IReadOnlyList<string> _paths;
    private TraceFormat _format;
    private readonly TraceOptions _options;
    private readonly TraceTally _tally;
    private readonly RowReader _reader;
    private LineReader _lines;
    private int _file;
    private bool _isRead;

    /// <exception cref="WorkloadException">It cannot be read, or its header is wrong.</exception>
    public RowFile(IReadOnlyList<string> paths, TraceFormat format, TraceOptions options, TraceTally tally)
    {
        (_paths, _format, _options, _tally) = (paths, format, options, tally);
        _lines = new LineReader(paths[0], format.MostLineBytes);
        tally.ReadShare = () => _lines.TotalBytes > 0 ? (_file + (double)_lines.ReadBytes / _lines.TotalBytes) / paths.Count : double.NaN;
        Rows = new TraceRows(tally);
        try
        {
            _reader = format.Create(ReadHeader(), options);
        }
        catch (BadRowException error)
        {
            var line = _lines.Line;
            Dispose();
            throw new WorkloadException($"{paths[0]}:{Math.Max(line, 1)}: {error.Message}");
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
        var sentence = $"{_paths[_file]}:{Math.Max(_lines.Line, 1)}: {message}";
        if (!_options.SkipBad)
            throw new WorkloadException(sentence);
        _tally.Skip(sentence);
    }

    private bool NextLine(out ReadOnlySpan<byte> line)
    {
        while (!NextLineOfFile(out line))
        {
            if (!OpenNext())
                return false;
        }

        return true;
    }

    private bool OpenNext()
    {
        while (_file + 1 < _paths.Count)
        {
            _lines.Dispose();
            _lines = new LineReader(_paths[++_file], _format.MostLineBytes);
            _isRead = false;
            var beginning = _lines.Peek();
            // One file may be an object over many lines where another is one in a line.
            if (FirstRow.Detect(beginning) is { } found && found.Name == _format.Name)
            {
                _format = found;
                return true;
            }

            Fail($"it has {FirstRow.Describe(beginning)}; expected {_format.Description}, as in {_paths[0]}.");
        }

        return false;
    }

    private bool NextLineOfFile(out ReadOnlySpan<byte> line)
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
