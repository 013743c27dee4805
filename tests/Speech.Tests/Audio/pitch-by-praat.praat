# Makes pitch-by-praat.tsv: what Praat 6 takes for the pitch of some clips of ../shared/corpus/open, at the middles of
# the frames of natural22k. Praat reads no Ogg Vorbis of every kind, so the clips are given as WAV in a folder:
#   praat --run pitch-by-praat.praat WAVS clips.txt pitch-by-praat.tsv      clips.txt: a path in the corpus a line
form Clips
    sentence Folder
    sentence List
    sentence Output
endform
writeFileLine: output$, "# Made by pitch-by-praat.praat: clip, tab, hertz at the middle of each frame, 0 unvoiced."
clips = Read Strings from raw text file: list$
count = Get number of strings
for i to count
    selectObject: clips
    clip$ = Get string: i
    name$ = replace_regex$ (clip$, "^.*/(.*)\.ogg$", "\1", 1)
    sound = Read from file: folder$ + "/" + name$ + ".wav"
    samples = Get number of samples
    To Pitch (ac): 0.005, 60, 15, "no", 0.03, 0.45, 0.01, 0.35, 0.14, 600
    appendFile: output$, clip$, tab$
    for frame from 0 to floor (samples / 256) - 1
        hertz = Get value at time: (frame * 256 + 128) / 22050, "Hertz", "nearest"
        separator$ = if frame = 0 then "" else " " fi
        appendFile: output$, separator$, if hertz = undefined then "0" else fixed$ (hertz, 1) fi
    endfor
    appendFileLine: output$
endfor
